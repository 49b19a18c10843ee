"""Authorization checks through clients, and settings of checks."""

from typing import Any

import pytest
from support.policies import READ, WRITE, check_of
from support.tokens import (
    API,
    OTHER_ORGANIZATION_ID,
    Mode,
    Signer,
    permission,
    role,
    session_claims,
)
from support.tokens import ORGANIZATION_ID as OURS

from stytch_b2b_async import (
    MissingRoleError,
    NotFoundError,
    Verification,
    WrongTenantError,
)

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


async def test_url_of_organization_roles(mode: Mode, api: API, signer: Signer) -> None:
    """An organization's own role is fetched from its own address."""
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


async def test_bad_check(mode: Mode, signer: Signer) -> None:
    """A check that is not a check is refused by its name."""
    session = await mode("sessions.authenticate_jwt_local", session_jwt=signer.token(session_claims()))
    with pytest.raises(TypeError, match="authorization_check"):
        await mode("rbac.authorize", member_session=session, authorization_check={"resource": "document"})
    with pytest.raises(TypeError, match="member_session"):
        await mode("rbac.authorize", member_session={"roles": ["stytch_admin"]}, authorization_check=READ)


async def test_explain_without_a_policy(mode: Mode, api: API, signer: Signer) -> None:
    """An explanation is not an answer when the policy cannot be fetched."""
    session = await mode("sessions.authenticate_jwt_local", session_jwt=signer.token(session_claims()))
    api.failure = 404
    with pytest.raises(NotFoundError):
        await mode("rbac.explain", member_session=session, authorization_checks=[READ])


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
def test_bad_settings(options: Any, kind: type[Exception]) -> None:
    """Settings of checks that cannot work are refused by name."""
    with pytest.raises(kind, match=f"^{next(iter(options))} must be "):
        Verification(**options)
