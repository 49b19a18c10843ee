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


async def test_an_organizations_roles_add_to_the_projects(registry: Registry) -> None:
    registry.organizations[OURS] = [policy_role("custom", permits("document", "write"))]
    assert await registry.grants("custom", check=WRITE)
    assert await registry.grants("reader")


async def test_a_role_of_the_same_name_adds_its_permissions(registry: Registry) -> None:
    registry.organizations[OURS] = [policy_role("reader", permits("document", "write"))]
    assert await registry.grants("reader")
    assert await registry.grants("reader", check=WRITE)


async def test_what_one_organization_adds_counts_in_no_other(registry: Registry) -> None:
    registry.organizations[OURS] = [policy_role(name, permits("document", "*")) for name in ("custom", "reader")]
    assert await registry.grants("custom", check=WRITE)
    for _ in range(2):
        for name in ("custom", "reader"):
            assert not await registry.grants(name, check=check_of(OTHER_ORGANIZATION_ID, action="write"))
    assert await registry.grants("custom", check=WRITE)


async def test_a_check_of_another_organization_is_refused_before_anything_is_fetched(registry: Registry) -> None:
    with pytest.raises(WrongTenantError):
        await registry.granting("admin", organization_id=OTHER_ORGANIZATION_ID)
    with pytest.raises(WrongTenantError):
        await run_async(registry.policies.authorize_scopes(["all:documents"], OTHER_ORGANIZATION_ID, READ))
    assert 0 == registry.fetches


async def test_an_organizations_roles_are_fetched_only_where_they_can_matter(registry: Registry) -> None:
    await registry.granting("reader")
    assert [] == registry.org_fetches
    await registry.grants("reader", check=WRITE)
    await registry.grants("reader", check=WRITE)
    assert [OURS] == registry.org_fetches


async def test_the_organizations_that_are_kept_are_bounded_and_those_used_last(registry: Registry) -> None:
    names = [f"organization-test-{number}" for number in range(MAX_ORGANIZATIONS + 1)]
    for name in names:
        await registry.grants("nobody", check=check_of(name))
        await registry.grants("nobody", check=check_of(names[0]))
    assert MAX_ORGANIZATIONS == len(registry.policies._organizations)
    assert 1 == registry.org_fetches.count(names[0])
    await registry.grants("nobody", check=check_of(names[1]))
    assert 2 == registry.org_fetches.count(names[1])


@pytest.mark.parametrize("failure", [NotFoundError(404), PermissionDeniedError(403)])
async def test_an_organization_without_roles_of_its_own_adds_none(failure: StytchError, registry: Registry) -> None:
    registry.org_failure = failure
    assert await registry.grants("reader")
    for _ in range(3):
        assert not await registry.grants("reader", check=WRITE)
    assert [OURS] == registry.org_fetches


@pytest.mark.parametrize("failure", [NotFoundError(404), PermissionDeniedError(403)])
async def test_an_organization_without_roles_of_its_own_is_asked_again_soon(failure: StytchError, registry: Registry) -> None:
    """A role that is made a moment later must not wait for the life of a policy."""
    registry.org_failure = failure
    assert not await registry.grants("curator")
    registry.org_failure = None
    registry.organizations[OURS] = [policy_role("curator", permits("document", "read"))]
    registry.clock.pass_(59)
    assert not await registry.grants("curator")
    registry.clock.pass_(1)
    assert await registry.grants("curator")


async def test_wrong_credentials_are_not_the_lack_of_a_policy(registry: Registry) -> None:
    registry.org_failure = AuthenticationError(401, "unauthorized_credentials")
    with pytest.raises(AuthenticationError):
        await registry.granting("curator")


@pytest.mark.parametrize("failure", [APIConnectionError("down"), RateLimitError(429)])
async def test_where_an_organizations_roles_cannot_be_known_nothing_is_granted_by_them(
    failure: StytchError, registry: Registry
) -> None:
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


async def test_a_change_of_the_policy_counts_when_the_old_one_has_ended(registry: Registry) -> None:
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


async def test_fifty_who_wait_for_an_organizations_roles_make_one_fetch(registry: Registry) -> None:
    assert not any(await asyncio.gather(*(registry.grants("nobody") for _ in range(50))))
    assert 1 == registry.fetches
    assert [OURS] == registry.org_fetches


async def test_who_is_cancelled_takes_nothing_from_the_others(registry: Registry) -> None:
    registry.gate = asyncio.Event()
    waiting = [asyncio.create_task(registry.grants("reader")) for _ in range(3)]
    await until(lambda: registry.fetches == 1)
    waiting[0].cancel()
    registry.gate.set()
    assert [True, True] == await asyncio.gather(*waiting[1:])
    assert 1 == registry.fetches


async def test_a_policy_that_came_too_late_for_everybody_is_kept_for_the_next(registry: Registry) -> None:
    """Or a policy that takes longer than a call may would be fetched for ever."""
    registry.gate = asyncio.Event()
    impatient = asyncio.create_task(registry.grants("reader"))
    await until(lambda: registry.fetches == 1)
    impatient.cancel()
    registry.gate.set()
    await registry.idle()
    registry.gate = None
    assert await registry.grants("reader")
    assert 1 == registry.fetches


async def test_without_any_policy_a_failing_fetch_is_raised(registry: Registry) -> None:
    registry.failure = APIConnectionError("down")
    for _ in range(2):
        with pytest.raises(APIConnectionError, match="down"):
            await registry.granting("admin")
    registry.failure = None
    assert await registry.grants("admin")


async def test_a_stale_policy_serves_while_it_cannot_be_fetched(registry: Registry) -> None:
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
