"""A cache of the RBAC policies of a project and its organizations, which are fetched when needed."""

import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from time import monotonic
from typing import TypeAlias, TypeVar

import attrs

from stytch_b2b_async.concurrency import fork_safety
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.concurrency.refreshing import Entry, RefreshingValue
from stytch_b2b_async.errors import APIStatusError, AuthenticationError, InternalServerError, RateLimitError, StytchError
from stytch_b2b_async.models.rbac import AuthorizationCheck, AuthorizationVerdict, OrgPolicy, Policy

from .errors import MissingRoleError, MissingScopeError, WrongTenantError
from .grants import Grants, compile_grants

T = TypeVar("T")

MAX_STALE = 3_600.0
"""Seconds that a stale policy is used while a new one cannot be fetched."""
ERROR_RETRY_INTERVAL = 30.0
"""Seconds between failed fetches."""
ABSENT_LIFETIME = 60.0
"""Seconds for which it is cached that an organization has no policy: one may be created at any moment."""
MAX_ORGANIZATIONS = 1_024
"""Maximum number of cached organizations, least recently used first out: 2.2 KB each with two roles."""

FetchPolicy: TypeAlias = Callable[[], Awaitable[Policy]]
FetchOrgPolicy: TypeAlias = Callable[[str], Awaitable[OrgPolicy]]


@attrs.frozen
class ProjectGrants:
    """What the project's policy grants to roles and scopes."""

    roles: Grants
    scopes: Grants


class PolicyCache:
    """Answer authorization checks of one project."""

    def __init__(
        self, policy: FetchPolicy, org_policy: FetchOrgPolicy, lifetime: float, clock: Callable[[], float] = monotonic
    ) -> None:
        self._fetch_org_policy = org_policy
        self._lifetime = lifetime
        self._clock = clock
        self._project = self._cached(partial(_project_grants, policy))
        self._organizations: OrderedDict[str, RefreshingValue[Grants]] = OrderedDict()
        self._lock = threading.Lock()
        fork_safety.register(self)

    def reset_after_fork(self) -> None:
        """Reset in a forked child."""
        self._lock = threading.Lock()

    def authorize_roles(self, roles: Sequence[str], organization_id: str, check: AuthorizationCheck) -> Flow[AuthorizationVerdict]:
        """Return the roles that grant an action in their organization.

        Raises WrongTenantError for another organization, and MissingRoleError if no role grants it, as for a token without roles.
        """
        if check.organization_id != organization_id:
            raise WrongTenantError("the check is about an organization other than the token's")
        granting = (yield from self._project.get()).roles.granting(roles, check.resource_id, check.action)
        if not granting:  # an organization's policy can only add grants, so it is fetched only if the project's does not suffice
            granting = (yield from self._organization(organization_id).get()).granting(roles, check.resource_id, check.action)
        if not granting:
            raise MissingRoleError(f"no role of the member grants {check.action!r} on {check.resource_id!r}")
        return AuthorizationVerdict(authorized=True, granting_roles=granting)

    def authorize_scopes(
        self, scopes: Iterable[str], organization_id: str, check: AuthorizationCheck
    ) -> Flow[AuthorizationVerdict]:
        """Return the scopes that grant an action; only the project's policy defines scopes."""
        if check.organization_id != organization_id:
            raise WrongTenantError("the check is about an organization other than the token's")
        granting = (yield from self._project.get()).scopes.granting(scopes, check.resource_id, check.action)
        if not granting:
            raise MissingScopeError(f"no scope of the token grants {check.action!r} on {check.resource_id!r}")
        return AuthorizationVerdict(authorized=True, granting_roles=granting)

    def _organization(self, organization_id: str) -> RefreshingValue[Grants]:
        with self._lock:
            grants = self._organizations.get(organization_id)
            if grants is None:
                fetch = partial(_organization_grants, self._fetch_org_policy, organization_id)
                grants = self._organizations[organization_id] = self._cached(fetch)
            self._organizations.move_to_end(organization_id)
            while len(self._organizations) > MAX_ORGANIZATIONS:
                self._organizations.popitem(last=False)
            return grants

    def _cached(self, fetch: Callable[[], Awaitable[T]]) -> RefreshingValue[T]:
        return RefreshingValue(
            partial(self._entry, fetch),
            StytchError,
            retry_interval=ERROR_RETRY_INTERVAL,
            background_retry=2 * ERROR_RETRY_INTERVAL,  # in an outage, only the first caller waits
            clock=self._clock,
        )

    async def _entry(self, fetch: Callable[[], Awaitable[T]]) -> Entry[T]:
        value = await fetch()
        lifetime = min(self._lifetime, ABSENT_LIFETIME) if value is _NO_GRANTS else self._lifetime
        stale_at = self._clock() + lifetime
        return Entry(value, stale_at, stale_at, stale_at + MAX_STALE)


_NO_GRANTS = compile_grants(())


async def _project_grants(fetch: FetchPolicy) -> ProjectGrants:
    policy = await fetch()
    return ProjectGrants(compile_grants(policy.roles), compile_grants(policy.scopes, "scope"))


async def _organization_grants(fetch: FetchOrgPolicy, organization_id: str) -> Grants:
    try:
        policy = await fetch(organization_id)
    except (AuthenticationError, RateLimitError, InternalServerError):
        raise
    except APIStatusError:
        return _NO_GRANTS  # there is none, or it cannot be read: only the project's policy applies
    return compile_grants(policy.roles)
