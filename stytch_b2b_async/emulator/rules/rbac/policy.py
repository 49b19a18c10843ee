"""The project's policy: the API's own resources and roles, and those of the settings."""

from collections.abc import Mapping, Sequence
from typing import Final

from stytch_b2b_async.emulator.settings import ProjectSettings
from stytch_b2b_async.models.rbac import Permission, Policy, PolicyResource, PolicyRole, PolicyScope

_SELF_ACTIONS: Final = (
    "update.info.name",
    "update.info.untrusted-metadata",
    "update.info.mfa-phone",
    "update.info.email",
    "update.info.delete.mfa-phone",
    "update.info.delete.mfa-totp",
    "update.info.delete.password",
    "update.settings.mfa-enrolled",
    "update.settings.default-mfa-method",
    "delete",
    "revoke-sessions",
    "get.connected-apps",
    "revoke.connected-apps",
)
API_RESOURCES: Final[Mapping[str, Sequence[str]]] = {
    "stytch.organization": (
        "update.info.name",
        "update.info.slug",
        "update.info.logo-url",
        "update.info.external-id",
        "update.settings.default-sso-connection",
        "update.settings.sso-jit-provisioning",
        "update.settings.allowed-domains",
        "update.settings.email-jit-provisioning",
        "update.settings.email-invites",
        "update.settings.allowed-auth-methods",
        "update.settings.mfa-policy",
        "update.settings.implicit-roles",
        "update.settings.allowed-mfa-methods",
        "update.settings.oauth-tenant-jit-provisioning",
        "update.settings.allowed-oauth-tenants",
        "update.settings.claimed-email-domains",
        "update.settings.first-party-connected-apps",
        "update.settings.third-party-connected-apps",
        "get.connected-apps",
        "delete",
    ),
    "stytch.member": (
        "create",
        "search",
        "update.info.external-id",
        "update.settings.roles",
        "update.settings.is-breakglass",
        *_SELF_ACTIONS,
    ),
    "stytch.self": _SELF_ACTIONS,
    "stytch.sso": ("create", "get", "update", "delete"),
    "stytch.scim": ("create", "get", "update", "delete"),
}
"""The API's own resources, with their actions."""

_DESCRIPTIONS: Final = {
    "stytch_member": "Granted to every member.",
    "stytch_admin": "Granted to members who create organizations.",
}


def project_policy(settings: ProjectSettings) -> Policy:
    """Return the project's policy."""
    return Policy(
        roles=[
            PolicyRole(role_id=role_id, description=_DESCRIPTIONS.get(role_id, ""), permissions=_permissions(permissions))
            for role_id, permissions in settings.policy.items()
        ],
        resources=[
            PolicyResource(resource_id=resource_id, description="", actions=list(actions))
            for resource_id, actions in resources(settings).items()
        ],
        scopes=[
            PolicyScope(scope=scope, description="", permissions=_permissions(permissions))
            for scope, permissions in settings.scopes.items()
        ],
    )


def resources(settings: ProjectSettings) -> dict[str, list[str]]:
    """Return all resources with their actions: the API's, those of the settings, and what roles and scopes name besides."""
    found: dict[str, dict[str, None]] = {
        resource: dict.fromkeys(actions) for resource, actions in {**API_RESOURCES, **settings.resources}.items()
    }
    for permissions in (*settings.policy.values(), *settings.scopes.values()):
        for resource, actions in permissions.items():
            found.setdefault(resource, {}).update(dict.fromkeys(action for action in actions if action != "*"))
    return {resource: list(actions) for resource, actions in found.items()}


def _permissions(permissions: Mapping[str, Sequence[str]]) -> list[Permission]:
    return [Permission(resource_id=resource, actions=list(actions)) for resource, actions in permissions.items()]
