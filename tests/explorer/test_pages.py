"""The pages, as a browser without JavaScript sees them."""

import logging
import re
from importlib import resources
from urllib.parse import urlencode

import pytest
from support.filled_forms import nasty_arguments, pairs_of

from stytch_b2b_async.catalog import endpoints, operations
from stytch_b2b_async.client import Client
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.explorer import Explorer

from .conftest import TEST
from .visitor import Visitor


async def test_a_form_is_sent_without_javascript(explorer: Explorer, emulator: Emulator) -> None:
    """The reply stands in the page, beside the form that keeps what was entered."""
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        page = await visitor.post("/organizations.create", [("organization_name", "Sent <once>"), ("_submission", "one")])
        again = await visitor.post("/organizations.create", [("organization_name", "Sent <once>"), ("_submission", "one")])
    assert 'value="Sent &lt;once&gt;"' in page.text
    found = re.findall(r"organization-test-[0-9a-f-]+", page.text)
    assert found
    assert set(found) & set(re.findall(r"organization-test-[0-9a-f-]+", again.text))
    async with emulator.client() as client:
        listed = [each.organization_name async for each in client.organizations.search(limit=1000)]
    assert 1 == listed.count("Sent <once>")  # a form that is submitted twice acts once


async def test_what_is_wrong_stands_at_its_field(explorer: Explorer, emulator: Emulator) -> None:
    before = len(emulator.calls)
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        page = await visitor.post("/passwords.authenticate", [("organization_id", "x"), ("session_duration_minutes", "soon")])
    assert 'data-error="email_address">email_address is required<' in page.text
    assert 'data-error="session_duration_minutes">session_duration_minutes must be an int, not a str<' in page.text
    assert before == len(emulator.calls)


async def test_a_row_is_added_without_javascript(explorer: Explorer) -> None:
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        page = await visitor.post(
            "/organizations.create", [("email_allowed_domains.0", "a.com"), ("_add", "email_allowed_domains")]
        )
    assert 'name="email_allowed_domains.0" value="a.com"' in page.text or 'value="a.com"' in page.text
    assert 'name="email_allowed_domains.1"' in page.text


async def test_a_link_fills_and_never_sends(explorer: Explorer, emulator: Emulator) -> None:
    """Whatever stands in an address, nothing goes to the API, and secrets are not taken from it."""
    before = len(emulator.calls)
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        for operation, declared in endpoints().items():
            query = urlencode([*pairs_of(declared, nasty_arguments(declared)), ("_confirmed", "yes"), ("_submission", "x")])
            page = await visitor.get(f"/{operation}?{query}")
            assert 200 == page.status
            for parameter in declared.parameters:
                if parameter.sensitive and f"{parameter.name}=" in query:
                    assert f'value="{parameter.name} it' not in page.text
                    assert "Secrets in the address were not filled in" in page.text
    assert before == len(emulator.calls)


async def test_endpoints_that_are_not_emulated_say_so(explorer: Explorer) -> None:
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        said = {name for name in operations() if "does not emulate" in (await visitor.get(f"/{name}")).text}
    assert {name for name in operations() if name.startswith("fraud.")} == said


async def test_the_secret_is_in_no_page(explorer: Explorer, emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    """Neither are the credentials as they travel, nor is any of it logged."""
    caplog.set_level(logging.DEBUG)
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        texts = [(await visitor.get(path)).text for path in ("/", "/parts/mail", "/assets/explorer.js", "/debug.whoami")]
        texts.append((await visitor.post("/debug.whoami", [])).text)
        texts.append((await visitor.post("/preview/debug.whoami", [("_secrets", "yes")])).text)
        texts.append((await visitor.get("/debug.whoami")).text)
    async with emulator.client() as client:
        header = client._sender.config.headers["Authorization"].removeprefix("Basic ")
    for text in (*texts, caplog.text):
        assert emulator.secret not in text
        assert header not in text
        assert "stytch-gateway-" not in text


async def test_a_search_needs_no_javascript(explorer: Explorer) -> None:
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        page = await visitor.get("/?q=reset+link")
    assert {"passwords.email.reset_start", "passwords.discovery.email.reset_start"} <= set(
        re.findall(r'data-name="([\w.]+)"', page.text)
    )
    assert 'data-name="organizations.create"' not in page.text


async def test_ids_are_offered_and_calls_kept(explorer: Explorer) -> None:
    """An id of a reply is offered in later forms, with the name of what it is; a past call shows its form and reply again."""
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        sent = await visitor.post(
            "/organizations.create", [("organization_name", "Offered"), ("organization_logo_url", "https://a.example")]
        )
        (created,) = set(re.findall(r'data-copy="(organization-test-[0-9a-f-]+)"', sent.text))
        later = await visitor.get("/organizations.get")
        assert f'data-fill="organization_id" data-value="{created}"' in later.text
        assert 'aria-label="Use Offered as organization_id"' in later.text
        number = re.findall(r'href="/organizations.create\?_call=(\d+)"', later.text)[0]
        again = await visitor.get(f"/organizations.create?_call={number}")
        assert 'value="https://a.example"' in again.text
        assert f'data-copy="{created}"' in again.text
        other = await visitor.get(f"/organizations.get?_call={number}")
        assert "Nothing sent yet." in other.text


async def test_the_next_page_is_offered(explorer: Explorer) -> None:
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        for name in ("first", "second"):
            await visitor.post("/organizations.create", [("organization_name", name)])
        page = await visitor.post("/organizations.search", [("limit", "1")])
        (cursor,) = re.findall(r'data-fill="cursor" data-value="([^"]+)"[^>]*>Fill in the next page', page.text)
        following = await visitor.post("/organizations.search", [("limit", "1"), ("cursor", cursor)])
        assert '<span class="badge good">200' in following.text


async def test_errors_have_the_vendors_page(explorer: Explorer) -> None:
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        page = await visitor.post("/organizations.get", [("organization_id", "organization-test-nowhere")])
    assert '<span class="badge bad">404' in page.text
    assert 'href="https://stytch.com/docs/b2b/api/errors/404#organization_not_found"' in page.text


async def test_unknown_pages_are_not_found(explorer: Explorer) -> None:
    async with Visitor(explorer) as visitor:
        await visitor.enter()
        for path in ("/nothing", "/assets/explorer.py", "/assets/..%2fserver.py", "/organizations.create/x", "/preview/x"):
            assert 404 == (await visitor.get(path)).status or path.startswith("/preview")


async def test_what_acts_each_time_is_asked_about() -> None:
    """A real project is asked about first, a live one is red, and the emulator's explorer does not ask."""
    for project, is_live in (("test", False), ("live", True)):
        client = Client(f"project-{project}-1", f"secret-{project}-1", base_url="https://127.0.0.1:1")
        async with client, Explorer(client=client) as explorer, Visitor(explorer) as visitor:
            await visitor.enter()
            fields = [("email_address", "ada@example.com"), ("organization_id", "acme")]
            asked = await visitor.post("/passwords.email.reset_start", fields)
            assert 'name="_confirmed"' in asked.text
            assert is_live == ("LIVE project" in asked.text) == ('<body class="live">' in asked.text)
            sent = await visitor.post("/passwords.email.reset_start", [*fields, ("_confirmed", "yes")])
            assert "upstream_unreachable" in sent.text
            assert "the request was not applied" in sent.text
            changes = await visitor.post("/passwords.email.require_reset", fields)
            assert is_live == ('name="_confirmed"' in changes.text)


async def test_what_is_not_allowed_says_so() -> None:
    client = Client("project-test-1", "secret-test-1", base_url=TEST.base_url)
    async with client, Explorer(client=client, allow="effect:reads") as explorer, Visitor(explorer) as visitor:
        await visitor.enter()
        page = await visitor.get("/organizations.create")
        assert "lets through effect:reads only" in page.text
        sent = await visitor.post("/organizations.create", [("organization_name", "a"), ("_confirmed", "yes")])
        assert "gateway_operation_not_allowed" in sent.text


def test_one_target_is_needed() -> None:
    with pytest.raises(ValueError, match="pass either emulator or client"):
        Explorer()


def test_files_are_small() -> None:
    """The style sheet and the script together, as they are in the wheel."""
    files = resources.files("stytch_b2b_async.explorer.assets")
    assert 40_000 > sum(len(files.joinpath(name).read_bytes()) for name in ("explorer.css", "explorer.js"))
