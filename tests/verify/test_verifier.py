"""Checks without a client."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from support.tokens import (
    APP_ID,
    MACHINE_ID,
    MEMBER_ID,
    ORGANIZATION_ID,
    POLICY,
    PROJECT_ID,
    Signer,
    app_claims,
    machine_claims,
    session_claims,
)

from stytch_b2b_async import APIConnectionError, AuthorizationCheck, Verification, WrongAudienceError, WrongIssuerError
from stytch_b2b_async.models.rbac import OrgPolicy, Policy
from stytch_b2b_async.schema.converter import structured
from stytch_b2b_async.verify import Verifier, run_async, run_sync


class Project:
    """What a project publishes, fetched without a client."""

    def __init__(self, *signers: Signer) -> None:
        self.signers = signers
        self.failure: Exception | None = None
        self.fetches = 0

    async def keys(self) -> tuple[list[Mapping[str, Any]], Mapping[str, str]]:
        self.fetches += 1
        if self.failure is not None:
            raise self.failure
        return [signer.published for signer in self.signers], {}

    async def policy(self) -> Policy:
        policy, _ = structured(dict(POLICY), Policy)
        return policy

    async def org_policy(self, organization_id: str) -> OrgPolicy:
        return OrgPolicy(roles=[])

    def verifier(self, verification: Verification | None = None) -> Verifier:
        return Verifier(
            PROJECT_ID,
            verification or Verification(),
            fetch_keys=self.keys,
            fetch_policy=self.policy,
            fetch_org_policy=self.org_policy,
        )


@pytest.fixture
def project(signer: Signer) -> Project:
    return Project(signer)


async def test_each_kind(project: Project, signer: Signer) -> None:
    """Session, M2M and connected-app tokens are read, with one fetch of keys."""
    verifier = project.verifier()
    session = await run_async(verifier.verify_session(signer.token(session_claims())))
    machine = await run_async(verifier.verify_m2m_token(signer.token(machine_claims())))
    app = await run_async(verifier.verify_access_token(signer.token(app_claims())))
    assert (MEMBER_ID, MACHINE_ID, APP_ID) == (session.member_id, machine.client_id, app.client_id)
    assert 1 == project.fetches


def test_without_event_loop(project: Project, signer: Signer) -> None:
    """A thread without an event loop runs the same checks."""
    with asyncio.Runner() as loop:
        session = run_sync(project.verifier().verify_session(signer.token(session_claims())), lambda fetch: loop.run(_await(fetch)))
    assert MEMBER_ID == session.member_id


async def _await(fetch: Any) -> Any:
    return await fetch()


async def test_permissions(project: Project) -> None:
    """Roles are checked against the policies that are handed in."""
    check = AuthorizationCheck(organization_id=ORGANIZATION_ID, resource_id="document", action="read")
    verdict = await run_async(project.verifier().policies.authorize_roles(["stytch_member"], ORGANIZATION_ID, check))
    assert ["stytch_member"] == verdict.granting_roles


async def test_foreign_tokens(project: Project, signer: Signer) -> None:
    """Only the project's name is an issuer and an audience, unless settings say more."""
    elsewhere, other = "https://login.example.com", "another audience"
    with pytest.raises(WrongIssuerError):
        await run_async(project.verifier().verify_session(signer.token(session_claims(iss=elsewhere))))
    with pytest.raises(WrongAudienceError):
        await run_async(project.verifier().verify_session(signer.token(session_claims(aud=[other]))))
    both = project.verifier(Verification(issuers=[elsewhere], audience=other))
    session = await run_async(both.verify_session(signer.token(session_claims(iss=elsewhere, aud=[other]))))
    assert MEMBER_ID == session.member_id


async def test_fetch_failure(project: Project, signer: Signer) -> None:
    """No token is accepted while there are no keys to check it with."""
    project.failure = APIConnectionError("down")
    with pytest.raises(APIConnectionError):
        await run_async(project.verifier().verify_session(signer.token(session_claims())))


def test_imports() -> None:
    """Loading a verifier loads neither aiohttp nor a client."""
    program = "import sys, stytch_b2b_async.verify as verify; verify.Verifier; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)  # noqa: S603  # ours
    loaded = {*run.stdout.split()}
    assert not loaded & {"aiohttp", "stytch_b2b_async.client", "stytch_b2b_async.endpoint", "stytch_b2b_async.config"}
