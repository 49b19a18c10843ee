"""What each warning sign leads to."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.endpoint import Effect, Endpoint, Host, Mode, Namespace, Request, Response, post
from stytch_b2b_async.models.enums import RuleAction
from stytch_b2b_async.models.fraud import VerdictReasonAction
from stytch_b2b_async.schema import frozen


@frozen
class OverrideResponse(Response):
    """The reason, as it is weighed now."""

    verdict_reason_action: VerdictReasonAction


@post("/v1/verdict_reasons/override", Effect.REPEATABLE, host=Host.FRAUD)
class Override(Request[OverrideResponse]):
    """Choose which verdict a warning sign leads to in this project.

    - `verdict_reason`: such as `VIRTUAL_MACHINE`; any that `list` names. `RULE_MATCH` is not among them.
    - `override_action`: ALLOW, CHALLENGE or BLOCK.

    See https://stytch.com/docs/api-reference/fraud/api/set-verdict-reason-override.
    """

    verdict_reason: str
    override_action: RuleAction
    override_description: str | None = None


@frozen
class ListResponse(Response):
    """Warning signs, and what each leads to."""

    verdict_reason_actions: list[VerdictReasonAction]


@post("/v1/verdict_reasons/list", Effect.READS, host=Host.FRAUD)
class List(Request[ListResponse]):
    """List the warning signs that can be weighed differently, and what each leads to.

    - `overrides_only`: leave out those that lead to what they lead to by default.

    See https://stytch.com/docs/api-reference/fraud/api/get-verdict-reasons.
    """

    overrides_only: bool | None = None


class FraudVerdictReasons(Namespace[Mode]):
    """What each warning sign leads to."""

    override: Final = Endpoint(Override)
    list: Final = Endpoint(List)
