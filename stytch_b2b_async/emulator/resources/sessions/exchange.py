"""Sessions of the same person in another organization."""

from stytch_b2b_async.api._shared.responses import LoginResponse
from stytch_b2b_async.api.sessions import Exchange
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.carrying import carried_factors
from stytch_b2b_async.emulator.rules.login.login import log_in
from stytch_b2b_async.emulator.rules.sessions.sessions import find_session, owner_of, session_request


@handles(Exchange)
def exchange(project: Project, request: Exchange) -> LoginResponse:
    """Log the person of a session in to another organization, where they are a member or invited."""
    wanted = session_request(project, request)
    session = wanted.session or find_session(project, None, None)
    owner, _ = owner_of(project, session)
    organization = project.organizations.find(request.organization_id)
    member = project.members.with_address(organization, owner.email_address)
    if member is None:
        raise missing("member")
    factors = carried_factors(project, session.authentication_factors, owner, member)
    if not factors:
        message = "No factor of the session counts in another organization."
        raise EmulatedError("insufficient_factors_for_session_exchange", message)
    *others, last = factors
    login = log_in(project, organization, member, last, wanted, carried=others)
    return LoginResponse(**project.response_meta(), **login)
