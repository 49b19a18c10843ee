"""Roles: the project's policy, and roles that organizations add."""

from stytch_b2b_async.api.rbac import GetPolicy, GetPolicyResponse
from stytch_b2b_async.api.rbac.organizations import GetOrgPolicy, OrgPolicyResponse, SetOrgPolicy
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.rbac.custom_roles import custom_roles, org_policy
from stytch_b2b_async.emulator.rules.rbac.policy import project_policy
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.rbac import OrgPolicy


@handles(GetPolicy)
def get_policy(project: Project, request: GetPolicy) -> GetPolicyResponse:  # noqa: ARG001  # the project is all
    """Return the project's roles, resources and scopes."""
    return GetPolicyResponse(**project.response_meta(), policy=project_policy(project.settings))


@handles(GetOrgPolicy)
def get_org_policy(project: Project, request: GetOrgPolicy) -> OrgPolicyResponse:
    """Return the roles that an organization adds."""
    organization = project.organizations.find(request.organization_id)
    return OrgPolicyResponse(**project.response_meta(), org_policy=org_policy(organization.custom_roles))


@handles(SetOrgPolicy)
def set_org_policy(project: Project, request: SetOrgPolicy) -> OrgPolicyResponse:
    """Replace the roles that an organization adds."""
    organization = project.organizations.find(request.organization_id)
    if not isinstance(request.org_policy, OrgPolicy):
        raise EmulatedError("bad_request", "org_policy has the wrong format.")
    roles = custom_roles(project.settings, request.org_policy)
    organization = project.organizations.save(evolve(organization, custom_roles=roles))
    return OrgPolicyResponse(**project.response_meta(), org_policy=org_policy(organization.custom_roles))
