"""Device fingerprints of visitors."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from stytch_b2b_async.endpoint import Effect, Endpoint, Host, Mode, Namespace, Request, Response, post
from stytch_b2b_async.models.fraud import Fingerprints, Metadata, Properties, Verdict
from stytch_b2b_async.schema import OrMapping, frozen


@frozen
class LookupResponse(Response):
    """A visitor's device fingerprint, and the recommended action."""

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
    """The raw signals."""


@post("/v1/fingerprint/lookup", Effect.READS, host=Host.FRAUD)
class Lookup(Request[LookupResponse]):
    """Look up a visitor's device fingerprint, and get the recommended action.

    - `telemetry_id`: from Stytch's script in the visitor's browser.
    - `external_metadata`: your own identifiers, to find the lookup in the dashboard.

    Raises NotFoundError (`telemetry_id_not_found`): treat it like a BLOCK, because the id may be forged.
    See https://stytch.com/docs/api-reference/fraud/api/fingerprint-lookup.
    """

    telemetry_id: str
    external_metadata: OrMapping[Metadata] | None = None


class FraudFingerprint(Namespace[Mode]):
    """Device fingerprints of visitors."""

    lookup: Final = Endpoint(Lookup)
