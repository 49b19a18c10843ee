"""Device fingerprints of visitors."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from stytch_b2b_async.endpoint import Effect, Endpoint, Host, Mode, Namespace, Request, Response, post
from stytch_b2b_async.models.fraud import Fingerprints, Metadata, Properties, Verdict
from stytch_b2b_async.schema import OrMapping, frozen


@frozen
class LookupResponse(Response):
    """A visitor's device, and what to do about it."""

    telemetry_id: str
    fingerprints: Fingerprints
    verdict: Verdict
    external_metadata: Metadata
    created_at: datetime
    """When the fingerprint was taken."""
    expires_at: datetime
    """When the fingerprint expires."""
    properties: Properties | None = None
    raw_signals: dict[str, Any] | None = None
    """The measurements themselves."""


@post("/v1/fingerprint/lookup", Effect.READS, host=Host.FRAUD)
class Lookup(Request[LookupResponse]):
    """Look up what is known of a visitor, and what to do.

    - `telemetry_id`: from the vendor's script, which ran in the visitor's browser.
    - `external_metadata`: names of the caller's own, by which the lookup is found again in the dashboard.

    Raises NotFoundError (`telemetry_id_not_found`): treat it like a BLOCK, for the visitor may have made the id up.
    See https://stytch.com/docs/api-reference/fraud/api/fingerprint-lookup.
    """

    telemetry_id: str
    external_metadata: OrMapping[Metadata] | None = None


class FraudFingerprint(Namespace[Mode]):
    """Device fingerprints of visitors."""

    lookup: Final = Endpoint(Lookup)
