"""Logging in to an organization after a discovery login."""

import attrs

from stytch_b2b_async.api._shared.responses import LoginResponse
from stytch_b2b_async.api.discovery.intermediate_sessions import Exchange
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.discovery import counted_factors
from stytch_b2b_async.emulator.rules.login.intermediate import discovery_intermediate
from stytch_b2b_async.emulator.rules.login.joining import join
from stytch_b2b_async.emulator.rules.login.login import log_in
from stytch_b2b_async.emulator.rules.login.mail import check_locale
from stytch_b2b_async.emulator.rules.sessions.sessions import session_request
from stytch_b2b_async.emulator.state.intermediate_sessions import IntermediateSession
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.organization import Organization


@handles(Exchange)
def exchange(project: Project, request: Exchange) -> LoginResponse:
    """Log a person in to an organization, accepting an invitation or joining if necessary."""
    check_locale(request.locale)
    wanted = session_request(project, request)
    intermediate = discovery_intermediate(project, request.intermediate_session_token)
    organization = project.organizations.find(request.organization_id)
    intermediate = _usable_in(organization, intermediate)
    member = project.members.with_address(organization, intermediate.email) or join(project, organization, intermediate)
    if intermediate.email_verified and not member.email_address_verified:
        member = project.members.save(evolve(member, email_address_verified=True))
    login = log_in(project, organization, member, None, wanted, intermediate=intermediate)
    return LoginResponse(**project.response_meta(), **login)


def _usable_in(organization: Organization, intermediate: IntermediateSession) -> IntermediateSession:
    """Return an intermediate session as it counts in an organization; from then on it is no longer another's."""
    if intermediate.organization_id in {None, organization.organization_id}:
        return intermediate
    factors = counted_factors(intermediate, organization)
    if not factors:
        message = "No factor of the intermediate session counts in another organization."
        raise EmulatedError("insufficient_factors_for_session_exchange", message)
    return attrs.evolve(intermediate, factors=factors, member_id=None, organization_id=None)
