"""Authorization of members' sessions."""

from stytch_b2b_async.authorization import Authorization
from stytch_b2b_async.emulator.errors import forbidden
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.schema import JSONObject

from .sessions import find_session, owner_of


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
    if not isinstance(authorization, Authorization):
        return None
    actor, home = owner_of(project, find_session(project, authorization.session_token, authorization.session_jwt))
    if home.organization_id != organization.organization_id:
        raise wrong_tenant()
    resources = [resource_id]
    if about is not None and about.member_id == actor.member_id:
        resources.append("stytch.self")
    if not any(granting_roles(project, home, actor, resource, action) for resource in resources):
        raise not_granted()
    return actor


def granting_roles(project: Project, organization: Organization, member: Member, resource_id: str, action: str) -> list[str]:
    """Return the member's roles that allow an action on a resource."""
    policy = {role_id: dict(permissions) for role_id, permissions in project.settings.policy.items()}
    for role in organization.custom_roles:
        policy.setdefault(role.role_id, {permission.resource_id: permission.actions for permission in role.permissions})
    held = [role.role_id for role in member.roles]
    return [role_id for role_id in held if {action, "*"} & set(policy.get(role_id, {}).get(resource_id, ()))]


def not_granted() -> Exception:
    """Create the error of a member without a role that allows it."""
    return forbidden("session_authorization_error", "The member's roles do not allow this action.")


def wrong_tenant() -> Exception:
    """Create the error of a session of another organization."""
    return forbidden("session_authorization_tenancy_error", "The member's session belongs to another organization.")
