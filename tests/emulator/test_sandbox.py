"""The documented values for trying magic links."""

from urllib.parse import urlsplit

import pytest
from support.tenants import refused

from stytch_b2b_async import Client
from stytch_b2b_async.emulator import Emulator

EMAIL = "sandbox@stytch.com"
ORGANIZATION = "organization-test-007d9d4a-deac-4a87-ba0a-e6e8afba4d4b"
AUTHENTICATES = "DOYoip3rvIMMW5lgItikFK-Ak1CfMsgjuiCyI7uuU94="
ENDED = "3pzjQpgksDlGKWEwUq2Up--hCHC_0oamfLHyfspKDFU="
UNKNOWN = "CprTtwhnRNiMBiUS2jSLcWYrfuO2POeBNdo5HhW6qTM="


async def test_tokens_answer_as_documented(client: Client) -> None:
    """At both endpoints, any number of times."""
    for _ in range(2):
        login = await client.magic_links.authenticate(magic_links_token=AUTHENTICATES)
        assert (EMAIL, ORGANIZATION, True) == (login.member.email_address, login.organization_id, login.member_authenticated)
        found = await client.magic_links.discovery.authenticate(discovery_magic_links_token=AUTHENTICATES)
        assert EMAIL == found.email_address
    await client.sessions.authenticate(session_token=login.session_token)
    for token, error_type, status in ((ENDED, "unable_to_auth_magic_link", 401), (UNKNOWN, "magic_link_not_found", 404)):
        with refused(error_type, status):
            await client.magic_links.authenticate(magic_links_token=token)
        with refused(error_type, status):
            await client.magic_links.discovery.authenticate(discovery_magic_links_token=token)


async def test_address_can_be_mailed(client: Client, stytch: Emulator) -> None:
    """By the three endpoints, again and again, though no such organization was created."""
    for _ in range(2):
        sent = await client.magic_links.email.login_or_signup(organization_id=ORGANIZATION, email_address=EMAIL)
        invited = await client.magic_links.email.invite(organization_id=ORGANIZATION, email_address=EMAIL)
        await client.magic_links.email.discovery.send(email_address=EMAIL)
        assert ORGANIZATION == sent.organization.organization_id == invited.organization.organization_id
    assert {"localhost"} == {urlsplit(mail.url).hostname for mail in stytch.outbox}


async def test_organization_exists_only_once_it_is_used(client: Client) -> None:
    """And for nobody else."""
    with refused("organization_not_found", 404):
        await client.organizations.get(organization_id=ORGANIZATION)
    with refused("organization_not_found", 404):
        await client.magic_links.email.login_or_signup(organization_id=ORGANIZATION, email_address="eve@example.com")
    await client.magic_links.email.login_or_signup(organization_id=ORGANIZATION, email_address=EMAIL)
    with refused("email_jit_provisioning_not_allowed"):
        await client.magic_links.email.login_or_signup(organization_id=ORGANIZATION, email_address="eve@example.com")


@pytest.mark.parametrize("token", [AUTHENTICATES, ENDED])
async def test_live_projects_have_no_sandbox(token: str) -> None:
    """There the tokens are unknown like any other."""
    async with Emulator(project_id="project-live-00000000-0000-4000-8000-000000000000") as stytch, stytch.client() as client:
        with refused("magic_link_not_found", 404):
            await client.magic_links.authenticate(magic_links_token=token)
        with refused("magic_link_not_found", 404):
            await client.magic_links.discovery.authenticate(discovery_magic_links_token=token)
