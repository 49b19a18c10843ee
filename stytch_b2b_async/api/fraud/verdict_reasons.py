"""Verdict reasons, and the action that each leads to."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.endpoint import Effect, Endpoint, Host, Mode, Namespace, Request, Response, post
from stytch_b2b_async.models.enums import RuleAction
from stytch_b2b_async.models.fraud import VerdictReasonAction
from stytch_b2b_async.schema import frozen


@frozen
class OverrideResponse(Response):
    """The verdict reason after the call."""

    verdict_reason_action: VerdictReasonAction


@post("/v1/verdict_reasons/override", Effect.REPEATABLE, host=Host.FRAUD)
class Override(Request[OverrideResponse]):
    """Override the action of a verdict reason in this project.

    - `verdict_reason`: one that `list` returns, such as `VIRTUAL_MACHINE`; `RULE_MATCH` cannot be overridden.
    - `override_action`: ALLOW, CHALLENGE or BLOCK.

    See https://stytch.com/docs/api-reference/fraud/api/set-verdict-reason-override.
    """

    verdict_reason: str
    override_action: RuleAction
    override_description: str | None = None


@frozen
class ListResponse(Response):
    """Verdict reasons, and the action of each."""

    verdict_reason_actions: list[VerdictReasonAction]


@post("/v1/verdict_reasons/list", Effect.READS, host=Host.FRAUD)
class List(Request[ListResponse]):
    """List the verdict reasons that can be overridden, and the action of each.

    - `overrides_only`: only those with an override.

    See https://stytch.com/docs/api-reference/fraud/api/get-verdict-reasons.
    """

    overrides_only: bool | None = None


class FraudVerdictReasons(Namespace[Mode]):
    """Verdict reasons, and the action that each leads to."""

    override: Final = Endpoint(Override)
    list: Final = Endpoint(List)
