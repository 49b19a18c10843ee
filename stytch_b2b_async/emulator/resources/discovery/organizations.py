"""Organizations of a person: list them, or found one."""

from typing import Final

from stytch_b2b_async.api._shared.organization_params import OrganizationParams
from stytch_b2b_async.api._shared.responses import LoginResponse
from stytch_b2b_async.api.discovery.organizations import Create, List, ListResponse
from stytch_b2b_async.api.organizations import Create as CreateOrganization
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.discovery import organizations_of_person, organizations_of_session
from stytch_b2b_async.emulator.rules.login.factors import VERIFYING_METHODS
from stytch_b2b_async.emulator.rules.login.intermediate import discovery_intermediate
from stytch_b2b_async.emulator.rules.login.login import log_in
from stytch_b2b_async.emulator.rules.login.requirements import allows_method
from stytch_b2b_async.emulator.rules.members.new_members import NewMember, add_member
from stytch_b2b_async.emulator.rules.organizations.names import name_for
from stytch_b2b_async.emulator.rules.organizations.new_organizations import new_organization
from stytch_b2b_async.emulator.rules.sessions.sessions import find_session, session_request
from stytch_b2b_async.emulator.state.roles import ADMIN
from stytch_b2b_async.models.mfa import PrimaryRequired
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.schema import fields_of

_SETTINGS: Final = [field.name for field in fields_of(OrganizationParams)]


@handles(List)
def list_organizations(project: Project, request: List) -> ListResponse:
    """List the organizations of a person; with a session, those that they could only join are left out."""
    proofs = [request.intermediate_session_token, request.session_token, request.session_jwt]
    if sum(bool(proof) for proof in proofs) > 1:
        message = "Give one of intermediate_session_token, session_token and session_jwt."
        raise EmulatedError("too_many_session_arguments", message)
    hint = None
    if request.intermediate_session_token:
        intermediate = discovery_intermediate(project, request.intermediate_session_token)
        email, found, hint = intermediate.email, organizations_of_person(project, intermediate), intermediate.organization_id
    else:
        email, found = organizations_of_session(project, find_session(project, request.session_token, request.session_jwt))
    return ListResponse(**project.response_meta(), email_address=email, discovered_organizations=found, organization_id_hint=hint)


@handles(Create)
def create(project: Project, request: Create) -> LoginResponse:
    """Create an organization, and log its first member and admin in, whose mailbox this login must have verified."""
    wanted = session_request(project, request)
    intermediate = discovery_intermediate(project, request.intermediate_session_token)
    settings = {name: getattr(request, name) for name in _SETTINGS}
    name = request.organization_name or name_for(intermediate.email)
    organization = project.organizations.add(new_organization(project, CreateOrganization(**settings, organization_name=name)))
    new = NewMember(email=intermediate.email, email_verified=intermediate.email_verified, status="pending", roles=[ADMIN])
    member = add_member(project, organization, new)
    lacks_primary = None if intermediate.email_verified else _verifying_methods(organization)
    login = log_in(project, organization, member, None, wanted, intermediate=intermediate, lacks_primary=lacks_primary)
    return LoginResponse(**project.response_meta(), **login)


def _verifying_methods(organization: Organization) -> PrimaryRequired:
    allowed = [method for method in VERIFYING_METHODS if allows_method(organization, None, method)]
    return PrimaryRequired(allowed_auth_methods=allowed)
