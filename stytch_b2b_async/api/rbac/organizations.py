"""RBAC policies of organizations."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.api._shared.organization_params import OrganizationPath
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Response, get, put
from stytch_b2b_async.models.rbac import OrgPolicy
from stytch_b2b_async.schema import OrMapping, frozen
from stytch_b2b_async.verify.org_policy import validate_org_policy


@frozen
class OrgPolicyResponse(Response):
    """The policy of an organization."""

    org_policy: OrgPolicy


@get("/v1/b2b/rbac/organizations/{organization_id}")
class GetOrgPolicy(OrganizationPath[OrgPolicyResponse]):
    """Fetch the roles that an organization defines besides the project's.

    Only for workspaces in Stytch's beta program.

    Raises OrganizationNotFoundError.
    See https://stytch.com/docs/b2b/api/get-rbac-org-policy.
    """


@put("/v1/b2b/rbac/organizations/{organization_id}", Effect.REPEATABLE)
class SetOrgPolicy(OrganizationPath[OrgPolicyResponse]):
    """Replace the roles that an organization defines besides the project's.

    Only for workspaces in Stytch's beta program.

    - `org_policy`: all of the organization's roles; others are deleted. Their ids must differ from the project's roles, and their
      resources and actions must exist in the project's policy; `*` must be the only action of a permission.

    Raises OrganizationNotFoundError, BadRequestError (`rbac_role_duplicate`, `invalid_rbac_custom_role`,
    `invalid_permission_resource`, `invalid_permission_action`, `cannot_specify_wildcard_with_other_actions`).
    See https://stytch.com/docs/b2b/api/set-rbac-org-policy.
    """

    org_policy: OrMapping[OrgPolicy]


class RBACOrganizations(Namespace[Mode]):
    """RBAC policies of organizations."""

    get_org_policy: Final = Endpoint(GetOrgPolicy)
    set_org_policy: Final = Endpoint(SetOrgPolicy)
    validate_org_policy: Final = staticmethod(validate_org_policy)
