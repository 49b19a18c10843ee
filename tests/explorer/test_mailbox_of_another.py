"""The mailbox of an emulator that the chosen profile or client points at."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from support.raw_http import raw_server

from stytch_b2b_async import Client
from stytch_b2b_async.config import Config
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.explorer import Explorer
from stytch_b2b_async.explorer.emulated import RemoteMailbox
from stytch_b2b_async.transport import SessionPool


@asynccontextmanager
async def visiting(client: Client) -> AsyncGenerator[tuple[aiohttp.ClientSession, str]]:
    async with Explorer(client=client) as explorer, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get(explorer.new_address()) as opened:
            assert 200 == opened.status
        yield session, explorer.url


async def text_of(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as page:
        return await page.text()


async def test_its_mail_is_shown_and_fills_forms() -> None:
    """Over its control routes, as if it ran in another process; mail that came before is there, too."""
    async with Emulator() as stytch, stytch.client() as client:
        organization = (await client.organizations.create(organization_name="Acme", organization_slug="acme")).organization
        assert organization is not None
        mail: Any = {"organization_id": organization.organization_id, "email_address": "ada@example.com"}
        await client.organizations.members.create(**mail)
        await client.passwords.email.reset_start(**mail)
        async with visiting(client) as (session, url):
            assert "Password reset" in await text_of(session, url)
            await client.passwords.email.reset_start(**mail)
            page = await text_of(session, f"{url}/passwords.email.reset?_mail=1")
            assert stytch.outbox[1].token in page
            assert 2 == len(re.findall(r'class="mail"', await text_of(session, f"{url}/parts/mail")))
            assert "does not emulate" in await text_of(session, f"{url}/fraud.fingerprint.lookup")


async def test_the_page_says_why_there_is_none() -> None:
    """For what is on this machine and is not an emulator; of Stytch itself, nobody expects mail here."""
    with raw_server() as server:
        address = f"http://127.0.0.1:{server.port}"
        async with (
            Client("project-test-1", "secret-test-1", base_url=address) as client,
            visiting(client) as (session, url),
        ):
            assert f"{address} did not answer as this project&#x27;s emulator" in await text_of(session, url)
    async with Client("project-test-1", "secret-test-1") as client, visiting(client) as (session, url):
        assert "no mail is shown" not in await text_of(session, url)


async def test_elsewhere_there_is_none() -> None:
    """What is not on this machine is not even asked, and what is not an emulator has no mail."""
    pool = SessionPool()
    secret = "secret-test-planted"
    with raw_server() as server:
        on_this_machine = Config.resolve("project-test-1", secret, f"http://127.0.0.1:{server.port}", None)
        assert await RemoteMailbox.find(on_this_machine, pool) is None
        assert server.requests
        assert secret.encode() not in b"".join(map(bytes, server.requests))
        assert await RemoteMailbox.find(Config.resolve("project-test-1", secret, "https://198.51.100.1", None), pool) is None
    assert await RemoteMailbox.find(on_this_machine, pool) is None
    await pool.close()


async def test_another_project_is_not_this_one() -> None:
    pool = SessionPool()
    async with Emulator() as stytch:
        assert await RemoteMailbox.find(Config.resolve("project-test-2", "secret-test-2", stytch.url, None), pool) is None
        assert await RemoteMailbox.find(Config.resolve(stytch.project_id, stytch.secret, stytch.url, None), pool)
    await pool.close()
