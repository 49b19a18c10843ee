"""Organizations: choosing one after a discovery login, creating one, and switching to another."""

from typing import Any

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.errors import APIError, APIStatusError, BadRequestError, OrganizationSlugTakenError
from stytch_b2b_async.web.renewal import Credential

from .answers import Answer, LoginRefusedError
from .failures import is_misconfigured, is_outage, refused_by
from .fields import bad_request, body_of
from .finish import choices, described, finish
from .own_session import argument, call_by, credential_of, genuine_sessions
from .views import MessageView, OrganizationChoice, OrganizationsView
from .visit import Visit

_MAX_NAME = 128


def show_organizations(visit: Visit) -> Flow[Answer]:
    """List the organizations that the visitor may enter, after a discovery login or from a session."""
    found = yield from _listed(visit)
    return _page(visit, found)


def enter_organization(visit: Visit) -> Flow[Answer]:
    """Log in to an organization: the first one, or another one than the session's."""
    from stytch_b2b_async.api.sessions import Exchange

    organization = body_of(visit.request).text("organization_id", 128)
    if not organization:
        raise bad_request("Which organization?", "organization_missing")
    choice = _choosing(visit)
    try:
        if choice is not None:
            response: Any = yield from visit.call(choice.join(organization, **visit.duration))
        else:
            credential = yield from _session(visit)
            exchange = Exchange(organization_id=organization, **argument(credential), **visit.duration)
            response = yield from call_by(visit, credential, exchange)
    except APIError as error:
        raise _refused(error, visit) from None
    return finish(visit, response)


def create_organization(visit: Visit) -> Flow[Answer]:
    """Create an organization, whose first member and admin the visitor becomes."""
    name = body_of(visit.request).text("organization_name", _MAX_NAME)
    choice = _choosing(visit)
    if not visit.settings.create_organizations:
        raise bad_request("Organizations are not created here.", "not_offered")
    if choice is None:
        raise LoginRefusedError(401, "login_expired", "Log in first.")
    try:
        response = yield from visit.call(choice.create(name or None, **visit.duration))
    except OrganizationSlugTakenError:
        raise LoginRefusedError(409, "name_taken", "This name is taken. Choose another one.") from None
    except APIError as error:
        raise _refused(error, visit) from None
    return finish(visit, response)


def show_organizations_again(visit: Visit, refused: LoginRefusedError) -> Answer:
    """Say what went wrong; the list is a call of its own."""
    paths = {**visit.paths, "login": visit.paths["organizations"]} if refused.status != 401 else visit.paths  # noqa: PLR2004
    view = MessageView(paths=paths, title="Choose an organization", text=refused.text)
    return refused.answer(lambda pages: pages.message(view))


def _listed(visit: Visit) -> Flow[list[OrganizationChoice]]:
    from stytch_b2b_async.api.discovery.organizations import List

    choice = _choosing(visit)
    try:
        if choice is None:
            credential = yield from _session(visit)
            response: Any = yield from call_by(visit, credential, List(**argument(credential)))
        else:
            response = yield from visit.call(choice.list_organizations())
    except APIError as error:
        raise _refused(error, visit) from None
    return choices(response.discovered_organizations)


def _page(visit: Visit, found: list[OrganizationChoice]) -> Answer:
    can_create = _choosing(visit) is not None and visit.settings.create_organizations
    view = OrganizationsView(paths=visit.paths, choices=found, can_create=can_create)
    data = {
        "status": "choose_organization",
        "organizations": [described(choice) for choice in found],
        "can_create": can_create,
    }
    return Answer(show=lambda pages: pages.organizations(view), data=data)


def _choosing(visit: Visit) -> Any:
    pending = visit.pending
    return pending.choice if pending is not None and pending.kind == "choose_organization" else None


def _session(visit: Visit) -> Flow[Credential]:
    credential = credential_of(visit, (yield from genuine_sessions(visit)))
    if credential is None:
        raise LoginRefusedError(401, "login_expired", "Log in first.")
    return credential


def _refused(error: APIError, visit: Visit) -> LoginRefusedError:
    admitted = isinstance(error, APIStatusError) and error.error_type in {
        "intermediate_session_not_found",
        "session_not_found",
        "unauthorized_credentials",
    }
    if is_outage(error) or is_misconfigured(error) or admitted:
        return refused_by(error, visit)
    if isinstance(error, BadRequestError) and (error.error_type or "").startswith("invalid_session"):
        return LoginRefusedError(401, "login_expired", "Log in again.")
    return LoginRefusedError(403, "not_admitted", "This organization does not admit you in this way.")
