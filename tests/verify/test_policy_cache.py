"""The cache of RBAC policies: organizations, lifetime, sharing and outages."""

import asyncio

import pytest
from support.policies import LIFETIME, READ, WRITE, Registry, check_of, permits, policy_role, project_policy
from support.tokens import (
    API,
    OTHER_ORGANIZATION_ID,
    PROJECT_ID,
    SECRET,
    Signer,
    session_claims,
    until,
)
from support.tokens import ORGANIZATION_ID as OURS

from stytch_b2b_async import (
    APIConnectionError,
    AuthenticationError,
    Client,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    StytchError,
    Verification,
    WrongTenantError,
)
from stytch_b2b_async.concurrency.flow import run_async
from stytch_b2b_async.verify.policy_cache import ERROR_RETRY_INTERVAL, MAX_ORGANIZATIONS, MAX_STALE

# Organizations


async def test_organization_roles(registry: Registry) -> None:
    """An organization's roles add to the project's."""
    registry.organizations[OURS] = [policy_role("custom", permits("document", "write"))]
    assert await registry.grants("custom", check=WRITE)
    assert await registry.grants("reader")


async def test_same_role_name(registry: Registry) -> None:
    """A role of the same name adds its permissions."""
    registry.organizations[OURS] = [policy_role("reader", permits("document", "write"))]
    assert await registry.grants("reader")
    assert await registry.grants("reader", check=WRITE)


async def test_other_organizations_roles(registry: Registry) -> None:
    """What one organization adds counts in no other."""
    registry.organizations[OURS] = [policy_role(name, permits("document", "*")) for name in ("custom", "reader")]
    assert await registry.grants("custom", check=WRITE)
    for _ in range(2):
        for name in ("custom", "reader"):
            assert not await registry.grants(name, check=check_of(OTHER_ORGANIZATION_ID, action="write"))
    assert await registry.grants("custom", check=WRITE)


async def test_wrong_organization(registry: Registry) -> None:
    """A check of another organization is refused before anything is fetched."""
    with pytest.raises(WrongTenantError):
        await registry.granting("admin", organization_id=OTHER_ORGANIZATION_ID)
    with pytest.raises(WrongTenantError):
        await run_async(registry.policies.authorize_scopes(["all:documents"], OTHER_ORGANIZATION_ID, READ))
    assert 0 == registry.fetches


async def test_lazy_organization_roles(registry: Registry) -> None:
    """An organization's roles are fetched only where they can matter."""
    await registry.granting("reader")
    assert [] == registry.org_fetches
    await registry.grants("reader", check=WRITE)
    await registry.grants("reader", check=WRITE)
    assert [OURS] == registry.org_fetches


async def test_bounded_organizations(registry: Registry) -> None:
    """The organizations that are kept are bounded and those used last."""
    names = [f"organization-test-{number}" for number in range(MAX_ORGANIZATIONS + 1)]
    for name in names:
        await registry.grants("nobody", check=check_of(name))
        await registry.grants("nobody", check=check_of(names[0]))
    assert MAX_ORGANIZATIONS == len(registry.policies._organizations)
    assert 1 == registry.org_fetches.count(names[0])
    await registry.grants("nobody", check=check_of(names[1]))
    assert 2 == registry.org_fetches.count(names[1])


@pytest.mark.parametrize("failure", [NotFoundError(404), PermissionDeniedError(403)])
async def test_no_organization_roles(failure: StytchError, registry: Registry) -> None:
    """An organization without roles of its own adds none."""
    registry.org_failure = failure
    assert await registry.grants("reader")
    for _ in range(3):
        assert not await registry.grants("reader", check=WRITE)
    assert [OURS] == registry.org_fetches


@pytest.mark.parametrize("failure", [NotFoundError(404), PermissionDeniedError(403)])
async def test_no_organization_roles_expire(failure: StytchError, registry: Registry) -> None:
    """An organization without roles of its own is asked again soon.

    A role that is made a moment later must not wait for the life of a policy.
    """
    registry.org_failure = failure
    assert not await registry.grants("curator")
    registry.org_failure = None
    registry.organizations[OURS] = [policy_role("curator", permits("document", "read"))]
    registry.clock.pass_(59)
    assert not await registry.grants("curator")
    registry.clock.pass_(1)
    assert await registry.grants("curator")


async def test_wrong_credentials(registry: Registry) -> None:
    """Wrong credentials are not the lack of a policy."""
    registry.org_failure = AuthenticationError(401, "unauthorized_credentials")
    with pytest.raises(AuthenticationError):
        await registry.granting("curator")


@pytest.mark.parametrize("failure", [APIConnectionError("down"), RateLimitError(429)])
async def test_unavailable_organization_roles(failure: StytchError, registry: Registry) -> None:
    """Where an organization's roles cannot be known nothing is granted by them."""
    registry.org_failure = failure
    assert await registry.grants("reader")
    with pytest.raises(type(failure)):
        await registry.granting("reader", check=WRITE)


# What is kept


async def test_a_policy_is_fetched_once_in_its_life(registry: Registry) -> None:
    for _ in range(4):
        assert await registry.grants("reader")
        registry.clock.pass_(LIFETIME / 4)
    assert 1 == registry.fetches
    await registry.granting("reader")
    assert 2 == registry.fetches


async def test_changed_policy(registry: Registry) -> None:
    """A change of the policy counts when the old one has ended."""
    assert await registry.grants("reader")
    registry.project = project_policy()
    assert await registry.grants("reader")
    registry.clock.pass_(LIFETIME)
    assert not await registry.grants("reader")


async def test_fifty_who_wait_make_one_fetch(registry: Registry) -> None:
    registry.gate = asyncio.Event()
    waiting = [asyncio.create_task(registry.grants("reader")) for _ in range(50)]
    await until(lambda: registry.fetches == 1)
    registry.gate.set()
    assert [True] * 50 == await asyncio.gather(*waiting)
    assert 1 == registry.fetches


async def test_concurrent_waiters(registry: Registry) -> None:
    """Fifty who wait for an organization's roles make one fetch."""
    assert not any(await asyncio.gather(*(registry.grants("nobody") for _ in range(50))))
    assert 1 == registry.fetches
    assert [OURS] == registry.org_fetches


async def test_cancelled_waiter(registry: Registry) -> None:
    """A caller that is cancelled takes nothing from the others."""
    registry.gate = asyncio.Event()
    waiting = [asyncio.create_task(registry.grants("reader")) for _ in range(3)]
    await until(lambda: registry.fetches == 1)
    waiting[0].cancel()
    registry.gate.set()
    assert [True, True] == await asyncio.gather(*waiting[1:])
    assert 1 == registry.fetches


async def test_late_policy(registry: Registry) -> None:
    """A policy that came too late for everybody is kept for the next.

    Or a policy that takes longer than a call may would be fetched for ever.
    """
    registry.gate = asyncio.Event()
    impatient = asyncio.create_task(registry.grants("reader"))
    await until(lambda: registry.fetches == 1)
    impatient.cancel()
    registry.gate.set()
    await registry.idle()
    registry.gate = None
    assert await registry.grants("reader")
    assert 1 == registry.fetches


async def test_unavailable_policy(registry: Registry) -> None:
    """Without any policy a failing fetch is raised."""
    registry.failure = APIConnectionError("down")
    for _ in range(2):
        with pytest.raises(APIConnectionError, match="down"):
            await registry.granting("admin")
    registry.failure = None
    assert await registry.grants("admin")


async def test_stale_policy(registry: Registry) -> None:
    """A stale policy serves while it cannot be fetched."""
    await registry.granting("reader")
    registry.failure = APIConnectionError("down")
    registry.clock.pass_(LIFETIME)
    for _ in range(10):
        assert await registry.grants("reader")
    assert 2 == registry.fetches
    registry.clock.pass_(MAX_STALE)
    with pytest.raises(APIConnectionError):
        await registry.granting("reader")


async def test_in_an_outage_only_the_first_has_to_wait(registry: Registry) -> None:
    await registry.granting("reader")
    registry.failure = APIConnectionError("down")
    registry.clock.pass_(LIFETIME)
    assert await registry.grants("reader")
    registry.gate = asyncio.Event()
    registry.clock.pass_(ERROR_RETRY_INTERVAL)
    for _ in range(3):
        assert await registry.grants("reader")  # without waiting for the gate
    await until(lambda: registry.fetches == 3)
    registry.failure = None
    registry.project = project_policy()
    registry.gate.set()
    await registry.idle()
    assert not await registry.grants("reader"), "what came counts from then on"


async def test_the_life_of_policies_can_be_set(api: API, signer: Signer) -> None:
    async with Client(PROJECT_ID, SECRET, transport=api, verification=Verification(policy_lifetime=1e-9)) as client:
        token = signer.token(session_claims())
        for _ in range(3):
            await client.sessions.authenticate_jwt_local(session_jwt=token, authorization_check=READ)
    assert 3 == api.count("policy")
