"""Authorization of members' sessions."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import attrs

from stytch_b2b_async.authorization import Authorization
from stytch_b2b_async.emulator.errors import EmulatedError, forbidden
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.roles import session_roles
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.schema import JSONObject

from .sessions import find_session, owner_of

ORGANIZATION: Final = "stytch.organization"
MEMBER: Final = "stytch.member"
SELF: Final = "stytch.self"
"""The acting member themselves."""


@attrs.frozen
class Actor:
    """The member on whose behalf a call is made, and what their session's roles allow."""

    member: Member
    organization: Organization
    roles: Sequence[str]
    _project: Project

    def may(self, resource_id: str, action: str, *, about: Member | None = None) -> bool:
        """Return whether the roles allow an action; what concerns the member themselves is also allowed by `stytch.self`."""
        resources = [resource_id]
        if about is not None and about.member_id == self.member.member_id:
            resources.append(SELF)
        return any(granting_roles(self._project, self.organization, self.roles, resource, action) for resource in resources)

    def require(self, resource_id: str, action: str, *, about: Member | None = None) -> None:
        """Reject an action that the roles do not allow."""
        if not self.may(resource_id, action, about=about):
            raise not_granted()

    def forbid_trusted_metadata(self, metadata: Mapping[str, Any] | None) -> None:
        """Reject trusted metadata, which only the backend may write."""
        if metadata is not None:
            message = "Only the backend may write trusted metadata."
            raise EmulatedError("cannot_update_trusted_metadata", message, HTTPStatus.UNAUTHORIZED)


def actor_of(project: Project, authorization: Authorization | JSONObject | None, organization: Organization) -> Actor | None:
    """Return the acting member, who must belong to the organization; None for the backend, which has full rights."""
    if not isinstance(authorization, Authorization):
        return None
    session = find_session(project, authorization.session_token, authorization.session_jwt)
    member, home = owner_of(project, session)
    if home.organization_id != organization.organization_id:
        raise wrong_tenant()
    return Actor(member, home, session_roles(member, session.authentication_factors), project)


def authorize(
    project: Project,
    authorization: Authorization | JSONObject | None,
    organization: Organization,
    resource_id: str,
    action: str,
    *,
    about: Member | None = None,
) -> Member | None:
    """Check that the acting member may do this in an organization; return the member, or None for the backend with full rights.

    What a member may do to everybody, they may do to themselves; `about` is whom it is done to.
    """
    actor = actor_of(project, authorization, organization)
    if actor is None:
        return None
    actor.require(resource_id, action, about=about)
    return actor.member


def require_each(actor: Actor | None, request: object, actions: Mapping[str, tuple[str, ...]], *, about: Member | None) -> None:
    """Require an action for each field that a request sets: field → action, resource, and `stytch.self` if that suffices."""
    for field, (action, resource, *alternatives) in actions.items():
        if actor is not None and getattr(request, field) is not None:
            actor.require(resource, action, about=about if SELF in alternatives else None)


def granting_roles(project: Project, organization: Organization, roles: Sequence[str], resource_id: str, action: str) -> list[str]:
    """Return those of some roles that allow an action on a resource."""
    policy = {role_id: dict(permissions) for role_id, permissions in project.settings.policy.items()}
    for role in organization.custom_roles:
        policy.setdefault(role.role_id, {permission.resource_id: permission.actions for permission in role.permissions})
    return [role_id for role_id in roles if {action, "*"} & set(policy.get(role_id, {}).get(resource_id, ()))]


def not_granted() -> Exception:
    """Create the error of a member without a role that allows it."""
    return forbidden("session_authorization_error", "The member's roles do not allow this action.")


def wrong_tenant() -> Exception:
    """Create the error of a session of another organization."""
    return forbidden("session_authorization_tenancy_error", "The member's session belongs to another organization.")
