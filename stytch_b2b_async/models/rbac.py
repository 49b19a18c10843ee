"""Roles, resources and permissions."""

from typing import TypeAlias

from stytch_b2b_async.schema import Model, frozen


@frozen
class AuthorizationCheck(Model):
    """Ask whether a session's roles allow an action on a resource of an organization."""

    organization_id: str
    resource_id: str
    action: str


@frozen
class AuthorizationVerdict(Model):
    """The answer to an `AuthorizationCheck` that passed; one that fails is a SessionAuthorizationError."""

    authorized: bool
    granting_roles: list[str]


@frozen
class Permission(Model):
    """Actions that a role or a scope allows on a resource."""

    resource_id: str
    actions: list[str]
    """`*` on its own means all."""


PolicyRolePermission: TypeAlias = Permission
PolicyScopePermission: TypeAlias = Permission


@frozen
class PolicyRole(Model):
    """What those who have a role may do. See https://stytch.com/docs/api-reference/b2b/api/rbac/role-object."""

    role_id: str
    """`stytch_member`, which every member has, and `stytch_admin` are there from the start."""
    description: str
    permissions: list[Permission]


@frozen
class PolicyResource(Model):
    """Something that permissions are about. See https://stytch.com/docs/api-reference/b2b/api/rbac/resource-object."""

    resource_id: str
    """Those that start with `stytch` are the API's own, such as `stytch.member`."""
    description: str
    actions: list[str]
    """The actions on it."""


@frozen
class PolicyScope(Model):
    """What a connected app with a scope may do. See https://stytch.com/docs/api-reference/b2b/api/rbac/scope-object."""

    scope: str
    description: str
    permissions: list[Permission]


@frozen
class Policy(Model):
    """The project's roles, resources and scopes, which hold in every organization."""

    roles: list[PolicyRole]
    resources: list[PolicyResource]
    scopes: list[PolicyScope]


@frozen
class OrgPolicy(Model):
    """The roles that an organization adds to the project's."""

    roles: list[PolicyRole]
