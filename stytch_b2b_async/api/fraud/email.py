"""The risk of email addresses."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.endpoint import Effect, Endpoint, Host, Mode, Namespace, Request, Response, post
from stytch_b2b_async.models.enums import VerdictAction
from stytch_b2b_async.models.fraud import AddressInformation, DomainInformation
from stytch_b2b_async.schema import frozen


@frozen
class AssessRiskResponse(Response):
    """The risk of an email address."""

    address_information: AddressInformation
    domain_information: DomainInformation
    action: VerdictAction
    risk_score: int
    """0 to 100; higher is riskier."""


@post("/v1/email/risk", Effect.READS, host=Host.FRAUD)
class AssessRisk(Request[AssessRiskResponse]):
    """Assess the risk of an email address, and get a recommended action.

    Only for projects in Stytch's beta program.
    See https://stytch.com/docs/fraud/api/check-email-risk.
    """

    email_address: str


class FraudEmail(Namespace[Mode]):
    """The risk of email addresses."""

    risk: Final = Endpoint(AssessRisk)
