"""Validation of an organization's RBAC policy before it is set."""

from stytch_b2b_async.errors import StytchError
from stytch_b2b_async.models.rbac import OrgPolicy, Permission, Policy

from .grants import WILDCARD


class InvalidPolicyError(StytchError, ValueError):
    """An organization's RBAC policy is invalid; the message names role, resource and action."""


def validate_org_policy(project_policy: Policy, org_policy: OrgPolicy) -> None:
    """Check an organization's roles against the project's policy, locally.

    Role ids must be unique and differ from the project's; resources and actions must exist in the project's policy; `*` must be
    the only action of a permission.

    Raises InvalidPolicyError.
    """
    taken = {role.role_id for role in project_policy.roles}
    resources = {resource.resource_id: frozenset(resource.actions) for resource in project_policy.resources}
    for role in org_policy.roles:
        if not role.role_id.strip():
            raise InvalidPolicyError("a role has no role_id")
        if role.role_id in taken:
            raise InvalidPolicyError(f"role {role.role_id!r} is defined already, here or by the project")
        taken.add(role.role_id)
        for permission in role.permissions:
            _check_permission(role.role_id, permission, resources)


def _check_permission(role_id: str, permission: Permission, resources: dict[str, frozenset[str]]) -> None:
    where = f"role {role_id!r}, resource {permission.resource_id!r}"
    if permission.resource_id not in resources:
        raise InvalidPolicyError(f"{where}: the project defines no such resource")
    if not permission.actions:
        raise InvalidPolicyError(f"{where}: no action is allowed")
    if WILDCARD in permission.actions and len(permission.actions) > 1:
        raise InvalidPolicyError(f"{where}: `{WILDCARD}` must stand alone")
    for action in permission.actions:
        if action != WILDCARD and action not in resources[permission.resource_id]:
            raise InvalidPolicyError(f"{where}: the project defines no action {action!r} on it")
