"""The roles that an organization adds."""

from collections.abc import Mapping, Sequence
from typing import Final

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.settings import ProjectSettings
from stytch_b2b_async.models.organization import CustomRole, CustomRolePermission
from stytch_b2b_async.models.rbac import OrgPolicy, Permission, PolicyRole

from .policy import resources

_MAX_ID: Final = 128
_MAX_DESCRIPTION: Final = 512
_RESERVED: Final = "stytch"


def custom_roles(settings: ProjectSettings, policy: OrgPolicy) -> list[CustomRole]:
    """Return the roles of a policy, unless one breaks a rule."""
    known = resources(settings)
    taken: set[str] = set()
    for role in policy.roles:
        _check_role(role, settings)
        if role.role_id in taken:
            raise EmulatedError("rbac_role_duplicate", f"The role {role.role_id} is given twice.")
        taken.add(role.role_id)
        for permission in role.permissions:
            _check_permission(permission, known)
    return [_custom_role(role) for role in policy.roles]


def org_policy(roles: Sequence[CustomRole]) -> OrgPolicy:
    """Return roles as a policy."""
    return OrgPolicy(
        roles=[
            PolicyRole(
                role_id=role.role_id,
                description=role.description,
                permissions=[
                    Permission(resource_id=permission.resource_id, actions=permission.actions) for permission in role.permissions
                ],
            )
            for role in roles
        ]
    )


def _check_role(role: PolicyRole, settings: ProjectSettings) -> None:
    if not role.role_id.strip():
        raise EmulatedError("empty_rbac_role_id", "A role has no role_id.")
    if len(role.role_id) > _MAX_ID:
        raise EmulatedError("rbac_role_id_too_long", f"role_id has at most {_MAX_ID} characters.")
    if len(role.description) > _MAX_DESCRIPTION:
        raise EmulatedError("rbac_description_too_long", f"description has at most {_MAX_DESCRIPTION} characters.")
    if role.role_id in settings.policy or role.role_id.startswith(_RESERVED):
        raise EmulatedError("invalid_rbac_custom_role", f"The role {role.role_id} is the project's.")
    if not role.permissions:
        raise EmulatedError("rbac_role_missing_permissions", f"The role {role.role_id} has no permissions.")


def _check_permission(permission: Permission, known: Mapping[str, Sequence[str]]) -> None:
    if permission.resource_id not in known:
        raise EmulatedError("invalid_permission_resource", "The project's policy has no such resource.")
    if not permission.actions:
        raise EmulatedError("rbac_permission_missing_actions", "A permission has no actions.")
    if "*" in permission.actions and len(permission.actions) > 1:
        raise EmulatedError("cannot_specify_wildcard_with_other_actions", "The action * stands alone.")
    if not {*known[permission.resource_id], "*"}.issuperset(permission.actions):
        raise EmulatedError("invalid_permission_action", "The resource has no such action in the project's policy.")


def _custom_role(role: PolicyRole) -> CustomRole:
    permissions = [CustomRolePermission(resource_id=each.resource_id, actions=each.actions) for each in role.permissions]
    return CustomRole(role_id=role.role_id, description=role.description, permissions=permissions)
