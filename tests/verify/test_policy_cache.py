import asyncio
from typing import Any

import pytest
from support.tokens import (
    API,
    OTHER_ORGANIZATION_ID,
    PROJECT_ID,
    SECRET,
    Clock,
    Mode,
    Signer,
    permission,
    role,
    session_claims,
    until,
)
from support.tokens import ORGANIZATION_ID as OURS

from stytch_b2b_async import (
    APIConnectionError,
    AuthenticationError,
    AuthorizationCheck,
    BlockingClient,
    Client,
    MissingRoleError,
    MissingScopeError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    StytchError,
    Verification,
    WrongTenantError,
)
from stytch_b2b_async.concurrency.flow import run_async
from stytch_b2b_async.models.rbac import OrgPolicy, Permission, Policy, PolicyResource, PolicyRole, PolicyScope
from stytch_b2b_async.verify.org_policy import InvalidPolicyError, validate_org_policy
from stytch_b2b_async.verify.policy_cache import ERROR_RETRY_INTERVAL, MAX_ORGANIZATIONS, MAX_STALE, PolicyCache

LIFETIME = 600
READ = AuthorizationCheck(organization_id=OURS, resource_id="document", action="read")
WRITE = AuthorizationCheck(organization_id=OURS, resource_id="document", action="write")


def permits(resource_id: str, *actions: str) -> Permission:
    return Permission(resource_id=resource_id, actions=list(actions))


def policy_role(role_id: str, *permissions: Permission) -> PolicyRole:
    return PolicyRole(role_id=role_id, description="", permissions=list(permissions))


def project_policy(*roles: PolicyRole, scopes: dict[str, Permission] | None = None) -> Policy:
    made = [PolicyScope(scope=name, description="", permissions=[one]) for name, one in (scopes or {}).items()]
    resource = PolicyResource(resource_id="document", description="", actions=["read", "write", "delete"])
    return Policy(roles=list(roles), resources=[resource], scopes=made)


class Registry:
    """What policies are fetched from, with a clock."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.project = project_policy(
            policy_role("reader", permits("document", "read")),
            policy_role("admin", permits("document", "*")),
            scopes={"read:documents": permits("document", "read"), "all:documents": permits("document", "*")},
        )
        self.organizations: dict[str, list[PolicyRole]] = {}
        self.failure: StytchError | None = None
        self.org_failure: StytchError | None = None
        self.gate: asyncio.Event | None = None
        self.fetches = 0
        self.org_fetches: list[str] = []
        self.policies = PolicyCache(self.fetch, self.fetch_org, LIFETIME, self.clock)

    async def fetch(self) -> Policy:
        self.fetches += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return self.project

    async def fetch_org(self, organization_id: str) -> OrgPolicy:
        self.org_fetches.append(organization_id)
        if self.gate is not None:
            await self.gate.wait()
        if self.org_failure is not None:
            raise self.org_failure
        return OrgPolicy(roles=self.organizations.get(organization_id, []))

    async def granting(self, *roles: str, check: AuthorizationCheck = READ, organization_id: str | None = None) -> list[str]:
        """List the roles that grant it to who has them in the organization that is asked about, or in another."""
        steps = self.policies.authorize_roles(list(roles), organization_id or check.organization_id, check)
        return (await run_async(steps)).granting_roles

    async def grants(self, *roles: str, check: AuthorizationCheck = READ) -> bool:
        try:
            return bool(await self.granting(*roles, check=check))
        except MissingRoleError:
            return False

    async def scopes(self, *scopes: str, check: AuthorizationCheck = READ) -> list[str]:
        return (await run_async(self.policies.authorize_scopes(list(scopes), OURS, check))).granting_roles

    async def idle(self) -> None:
        await until(lambda: not self.policies._project.refresh.under_way)


@pytest.fixture
def registry() -> Registry:
    return Registry()


def check_of(organization_id: str = OURS, resource_id: str = "document", action: str = "read") -> AuthorizationCheck:
    return AuthorizationCheck(organization_id=organization_id, resource_id=resource_id, action=action)


# What is granted


async def test_a_role_grants_its_actions_and_no_others(registry: Registry) -> None:
    assert await registry.grants("reader")
    assert not await registry.grants("reader", check=WRITE)
    assert not await registry.grants("reader", check=check_of(resource_id="invoice"))


async def test_the_wildcard_grants_every_action_on_its_own_resource(registry: Registry) -> None:
    assert await registry.grants("admin", check=WRITE)
    assert await registry.grants("admin", check=check_of(action="an action of tomorrow"))
    assert not await registry.grants("admin", check=check_of(resource_id="invoice"))


async def test_every_role_that_grants_it_is_told_in_the_members_order(registry: Registry) -> None:
    assert ["admin", "reader"] == await registry.granting("admin", "stranger", "reader")


@pytest.mark.parametrize("roles", [(), ("",), ("*",), ("READER",), ("reader ",), ("stranger",)])
async def test_who_has_no_role_that_grants_it_is_refused(roles: tuple[str, ...], registry: Registry) -> None:
    assert not await registry.grants(*roles)


async def test_asking_for_the_wildcard_takes_a_role_that_has_it(registry: Registry) -> None:
    assert not await registry.grants("reader", check=check_of(action="*"))
    assert await registry.grants("admin", check=check_of(action="*"))


async def test_a_refusal_says_what_was_missing(registry: Registry) -> None:
    with pytest.raises(MissingRoleError, match="'write' on 'document'"):
        await registry.granting("reader", check=WRITE)
    with pytest.raises(MissingScopeError, match="'write' on 'document'"):
        await registry.scopes("read:documents", check=WRITE)


async def test_scopes_are_granted_by_the_project_and_never_by_roles(registry: Registry) -> None:
    registry.organizations[OURS] = [policy_role("openid", permits("document", "read"))]
    assert ["read:documents", "all:documents"] == await registry.scopes("openid", "read:documents", "all:documents")
    with pytest.raises(MissingScopeError):
        await registry.scopes("openid", "reader", "admin")
    assert [] == registry.org_fetches


async def test_several_permissions_of_a_role_on_one_resource_add_up(registry: Registry) -> None:
    registry.project = project_policy(policy_role("both", permits("document", "read"), permits("document", "write")))
    assert await registry.grants("both")
    assert await registry.grants("both", check=WRITE)


async def test_a_policy_without_anything_grants_nothing(registry: Registry) -> None:
    registry.project = project_policy()
    assert not await registry.grants("reader", "admin")


async def test_what_drifted_in_a_policy_grants_nothing_and_breaks_nothing(api: API, signer: Signer) -> None:
    bad: Any = [
        role("stytch_member"),
        {"role_id": "stytch_member"},
        {"role_id": None},
        {},
        None,
        5,
        role("editor", {"actions": None}),
    ]
    api.policy = {"roles": [*bad, role("editor", permission("document", "read"))], "scopes": None}
    async with Client(PROJECT_ID, SECRET, transport=api) as client:
        session = await client.sessions.authenticate_jwt_local(session_jwt=signer.token(session_claims()))
        verdict = await client.rbac.authorize(member_session=session, authorization_check=READ)
        assert ["editor"] == verdict.granting_roles


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


# Through clients


async def test_a_session_is_authorized_by_its_roles(mode: Mode, signer: Signer) -> None:
    session = await mode("sessions.authenticate_jwt_local", session_jwt=signer.token(session_claims()))
    verdict = await mode("rbac.authorize", member_session=session, authorization_check=READ)
    assert verdict.authorized
    assert ["stytch_member"] == verdict.granting_roles
    with pytest.raises(MissingRoleError):
        await mode("rbac.authorize", member_session=session, authorization_check=WRITE)
    with pytest.raises(WrongTenantError):
        await mode("rbac.authorize", member_session=session, authorization_check=check_of(OTHER_ORGANIZATION_ID))


async def test_an_organizations_own_role_is_fetched_from_its_own_address(mode: Mode, api: API, signer: Signer) -> None:
    api.org_roles[OURS] = [role("editor", permission("document", "write"))]
    session = await mode("sessions.authenticate_jwt_local", session_jwt=signer.token(session_claims()), authorization_check=WRITE)
    assert ["stytch_member", "editor"] == session.roles
    assert f"/v1/b2b/rbac/organizations/{OURS}" == api.paths[-1]


async def test_several_checks_are_explained_in_one_call(mode: Mode, api: API, signer: Signer) -> None:
    session = await mode("sessions.authenticate_jwt_local", session_jwt=signer.token(session_claims()))
    checks = [READ, {"organization_id": OURS, "resource_id": "document", "action": "write"}, check_of(OTHER_ORGANIZATION_ID)]
    granted, missing, elsewhere = await mode("rbac.explain", member_session=session, authorization_checks=checks)
    assert (True, ["stytch_member"], "granted by stytch_member") == (granted.authorized, granted.granting_roles, granted.reason)
    assert (False, []) == (missing.authorized, missing.granting_roles)
    assert "'write' on 'document'" in missing.reason
    assert (False, []) == (elsewhere.authorized, elsewhere.granting_roles)
    assert "organization" in elsewhere.reason
    assert [READ, WRITE, check_of(OTHER_ORGANIZATION_ID)] == [one.check for one in (granted, missing, elsewhere)]
    assert ["jwks", "policy", "org policy"] == api.asked


async def test_a_check_that_is_no_check_is_refused_by_its_name(mode: Mode, signer: Signer) -> None:
    session = await mode("sessions.authenticate_jwt_local", session_jwt=signer.token(session_claims()))
    with pytest.raises(TypeError, match="authorization_check"):
        await mode("rbac.authorize", member_session=session, authorization_check={"resource": "document"})
    with pytest.raises(TypeError, match="member_session"):
        await mode("rbac.authorize", member_session={"roles": ["stytch_admin"]}, authorization_check=READ)


async def test_an_explanation_is_no_answer_when_the_policy_cannot_be_fetched(mode: Mode, api: API, signer: Signer) -> None:
    session = await mode("sessions.authenticate_jwt_local", session_jwt=signer.token(session_claims()))
    api.failure = 404
    with pytest.raises(NotFoundError):
        await mode("rbac.explain", member_session=session, authorization_checks=[READ])


# The rules of an organization's own roles


def test_an_organizations_roles_that_keep_the_rules_pass() -> None:
    roles = [policy_role("custom", permits("document", "read", "write")), policy_role("boss", permits("document", "*"))]
    validate_org_policy(project_policy(policy_role("reader")), OrgPolicy(roles=roles))
    validate_org_policy(project_policy(), OrgPolicy(roles=[]))


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ([policy_role("")], "no role_id"),
        ([policy_role("  ")], "no role_id"),
        ([policy_role("reader")], "'reader' is defined already"),
        ([policy_role("custom"), policy_role("custom")], "'custom' is defined already"),
        ([policy_role("custom", permits("invoice", "read"))], "no such resource"),
        ([policy_role("custom", permits("document"))], "no action"),
        ([policy_role("custom", permits("document", "burn"))], "no action 'burn'"),
        ([policy_role("custom", permits("document", "*", "read"))], "must stand alone"),
        ([policy_role("fine", permits("document", "read")), policy_role("custom", permits("document", "burn"))], "role 'custom'"),
    ],
)
def test_an_organizations_roles_that_break_a_rule_are_refused_by_name(broken: list[PolicyRole], message: str) -> None:
    with pytest.raises(InvalidPolicyError, match=message) as caught:
        validate_org_policy(project_policy(policy_role("reader")), OrgPolicy(roles=broken))
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, StytchError)


def test_the_rules_are_checked_without_a_call_under_the_vendors_name(api: API) -> None:
    client = BlockingClient(PROJECT_ID, SECRET, transport=api)
    assert validate_org_policy is client.rbac.organizations.validate_org_policy
    assert validate_org_policy is Client(PROJECT_ID, SECRET, transport=api).rbac.organizations.validate_org_policy
    assert [] == api.asked


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"policy_lifetime": 10**400}, ValueError),
        ({"policy_lifetime": float("nan")}, ValueError),
        ({"policy_lifetime": -1}, ValueError),
        ({"policy_lifetime": "600"}, TypeError),
        ({"issuers": "https://login.example.com"}, TypeError),
        ({"keys": {"kty": "RSA"}}, TypeError),
    ],
)
def test_settings_of_checks_that_cannot_work_are_refused_by_name(options: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind, match=f"^{next(iter(options))} must be "):
        Verification(**options)
