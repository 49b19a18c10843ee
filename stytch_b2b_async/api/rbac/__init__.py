"""Role-based access control (RBAC): policies and authorization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stytch_b2b_async.endpoint import Endpoint, Mode, Namespace, Request, Response, cached_property, get
from stytch_b2b_async.models.rbac import Policy
from stytch_b2b_async.schema import frozen

from ._local import Authorize, Explain

if TYPE_CHECKING:
    from .organizations import RBACOrganizations


@frozen
class GetPolicyResponse(Response):
    """The project's policy."""

    policy: Policy | None = None


@get("/v1/b2b/rbac/policy")
class GetPolicy(Request[GetPolicyResponse]):
    """Fetch the project's roles, resources and scopes, which are defined in the dashboard.

    Roles that organizations define themselves are not included.
    See https://stytch.com/docs/api-reference/b2b/api/rbac/get-policy.
    """


class RBAC(Namespace[Mode]):
    """Role-based access control (RBAC): policies and authorization."""

    policy: Final = Endpoint(GetPolicy)
    authorize: Final = Endpoint(Authorize)
    explain: Final = Endpoint(Explain)

    @cached_property
    def organizations(self) -> RBACOrganizations[Mode]:
        """RBAC policies of organizations."""
        from .organizations import RBACOrganizations

        return RBACOrganizations(self._send)
