"""From the response of a login's call to the answer: a session, or the step that is missing."""

from typing import Any
from urllib.parse import quote

import attrs

from stytch_b2b_async.api._shared.responses import DiscoveryResponse, MFAResponse, SecondFactorResponse
from stytch_b2b_async.logins import (
    ChooseOrganization,
    LoggedIn,
    NeedsPrimaryFactor,
    NeedsSecondFactor,
    UnclearLoginError,
    login_outcome,
)
from stytch_b2b_async.models.discovery import DiscoveredOrganization

from .answers import Answer, LoginRefusedError
from .callbacks import RESET_PASSWORD
from .pending import PendingLogin
from .views import OrganizationChoice
from .visit import Visit


def finish(
    visit: Visit, response: SecondFactorResponse | MFAResponse | DiscoveryResponse, *, resets_password: bool = False
) -> Answer:
    """Answer a call that logs in, or that goes a step further; with `resets_password`, the last step is a new password."""
    try:
        outcome: Any = login_outcome(response)
    except UnclearLoginError:
        raise LoginRefusedError(503, "unavailable", "Logins do not work at the moment. Try again in a moment.") from None
    match outcome:
        case LoggedIn() if resets_password:
            return _new_password(visit, outcome)
        case LoggedIn():
            return logged_in(visit, outcome)
        case NeedsSecondFactor():
            return second_factor(visit, attrs.evolve(PendingLogin.of(outcome), resets_password=resets_password))
        case NeedsPrimaryFactor():
            pending = attrs.evolve(PendingLogin.of(outcome), resets_password=resets_password)
            query = f"?organization={quote(pending.organization_id, safe='')}"
            data: dict[str, Any] = {
                "status": "primary_factor",
                "organization_id": pending.organization_id,
                "allowed_auth_methods": list(pending.methods),
            }
            return Answer(location=visit.paths["login"] + query, data=data, cookies=(visit.keep(pending),))
        case ChooseOrganization():
            data = {
                "status": "choose_organization",
                "email_address": outcome.email_address,
                "organizations": [described(choice) for choice in choices(outcome.discovered_organizations)],
            }
            return Answer(location=visit.paths["organizations"], data=data, cookies=(visit.keep(PendingLogin.of(outcome)),))
        case _:
            raise TypeError(type(outcome).__name__)


def logged_in(visit: Visit, login: LoggedIn) -> Answer:
    """Set the session's cookies, and go where the visitor wanted to."""
    path, forgotten = visit.next_path()
    data = {
        "status": "logged_in",
        "next": path,
        "organization_id": login.organization.organization_id,
        "organization_slug": login.organization.organization_slug,
        "member_id": login.member.member_id,
    }
    outgoing = visit.settings.auth.signed_in(visit.request, login)
    return Answer(location=path, data=data, outgoing=outgoing, cookies=(*forgotten, *visit.forget_pending()))


def _new_password(visit: Visit, login: LoggedIn) -> Answer:
    """Go to the form for a new password, which starts the session."""
    organization_id = login.organization.organization_id
    pending = PendingLogin("new_password", login.session_token, organization_id)
    return Answer(location=visit.paths["reset"], data={"status": RESET_PASSWORD}, cookies=(visit.keep(pending),))


def second_factor(visit: Visit, pending: PendingLogin) -> Answer:
    """Go to the page that asks for a second factor."""
    data = {
        "status": "second_factor",
        "organization_id": pending.organization_id,
        "must_enroll": pending.must_enroll,
        "code_sent": pending.code_sent,
        "phone_ends_in": pending.phone_ends_in,
        "has_app": pending.has_app,
    }
    return Answer(location=visit.paths["second_factor"], data=data, cookies=(visit.keep(pending),))


def choices(found: "tuple[DiscoveredOrganization, ...] | list[DiscoveredOrganization]") -> list[OrganizationChoice]:
    """Return the organizations that a visitor may enter."""
    return [
        OrganizationChoice(
            organization_id=one.organization.organization_id,
            name=one.organization.organization_name,
            slug=one.organization.organization_slug,
            is_member=one.membership is None or not one.membership.type.startswith("eligible"),
        )
        for one in found
        if one.organization is not None
    ]


def described(choice: OrganizationChoice) -> dict[str, Any]:
    """Return an organization for JSON."""
    return {
        "organization_id": choice.organization_id,
        "organization_name": choice.name,
        "organization_slug": choice.slug,
        "is_member": choice.is_member,
    }
