"""The examples run, and do what they say."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import attrs
import pytest

from stytch_b2b_async import SessionNotFoundError
from stytch_b2b_async.emulator import Emulator

ROOT = Path(__file__).parent.parent
FOUR_CALLS = (
    "/v1/b2b/passwords/email/require_reset",
    "/v1/b2b/passwords/email/reset/start",
    "/v1/b2b/passwords/session/reset",
    "/v1/b2b/passwords/discovery/email/reset/start",
)


def run_quickstart(*arguments: str) -> list[str]:
    program = [sys.executable, "-W", "error", str(ROOT / "examples" / "quickstart.py"), *arguments]
    ran = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  # our own
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout.splitlines()


def test_quickstart() -> None:
    """The quickstart goes through both halves without a warning."""
    lines = run_quickstart()
    for path in FOUR_CALLS:
        assert sum(f"POST {path} " in line and line.endswith(" 200") for line in lines) == 2


def test_quickstart_in_80_columns() -> None:
    """The quickstart explains itself on a narrow terminal.

    A header before each step, no ids, no failure that looks like one, and what to read next.
    """
    lines = run_quickstart()
    assert max(map(len, lines)) <= 80
    assert [f"{number}." for number in range(1, 8)] == [line[:2] for line in lines if line[:1].isdigit()]
    assert not [line for line in lines if "request-id-" in line]
    assert all(line.endswith("404 as expected") for line in lines if " 404" in line)
    for page in (line.split()[0] for line in lines[lines.index("Everything went as expected. What next?") :] if ".md" in line):
        assert (ROOT / page).is_file()


def test_the_quickstart_shows_ids_on_request() -> None:
    lines = run_quickstart("-v")
    assert max(map(len, lines)) <= 80
    assert sum("request-id-" in line for line in lines) == sum(" /v1/" in line for line in lines)


def test_django_application() -> None:
    """The Django application passes its own tests. In a process of their own: Django is configured once in each."""
    program = [sys.executable, "-W", "error", "-m", "examples.django_notes", "test"]
    ran = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  # our own
    assert (ran.returncode, ran.stderr.split()[-1]) == (0, "OK"), ran.stderr


# The FastAPI application, driven as a server and a browser would drive it


@attrs.define
class Answer:
    status: int
    json: Any


class Browser:
    """Asks an ASGI application over https, and keeps its cookies."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.cookies: dict[str, str] = {}

    async def ask(self, method: str, path: str, body: Any = None) -> Answer:
        said: list[dict[str, Any]] = []
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "https",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"app.example.com"), (b"content-type", b"application/json"), (b"cookie", cookies.encode())],
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"" if body is None else json.dumps(body).encode()}

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        await self.app(scope, receive, send)
        for name, value in said[0]["headers"]:
            if name == b"set-cookie":
                self._keep(value.decode())
        return Answer(said[0]["status"], json.loads(b"".join(part.get("body", b"") for part in said[1:])))

    def _keep(self, header: str) -> None:
        for name, cookie in SimpleCookie(header).items():
            self.cookies[name] = cookie.value
            if cookie["max-age"] == "0":
                del self.cookies[name]
            else:
                assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "lax")


@pytest.fixture
async def stytch() -> AsyncIterator[Emulator]:
    async with Emulator() as emulator:
        yield emulator


@pytest.fixture
async def browser(stytch: Emulator, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Browser]:
    for name, value in {"PROJECT_ID": stytch.project_id, "SECRET": stytch.secret, "BASE_URL": stytch.url}.items():
        monkeypatch.setenv(f"STYTCH_{name}", value)
    spec = importlib.util.spec_from_file_location("fastapi_app", ROOT / "examples" / "fastapi_app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    async with module.app.router.lifespan_context(module.app):
        yield Browser(module.app)


@pytest.fixture
async def ada(stytch: Emulator) -> dict[str, str]:
    """Make a member with a password, and tell what she logs in with."""
    address, password = "ada@example.com", "weaving algebra as looms weave leaves"
    async with stytch.client() as client:
        tenant = (await client.organizations.create(organization_name="Acme")).organization.organization_id
        await client.organizations.members.create(organization_id=tenant, email_address=address)
        await client.passwords.email.reset_start(organization_id=tenant, email_address=address)
        await client.passwords.email.reset(password_reset_token=stytch.outbox.last().token, password=password)
    return {"organization_id": tenant, "email_address": address, "password": password}


def pass_time(browser: Browser, stytch: Emulator, **time: float) -> None:
    """Move the clocks of both sides."""
    stytch.advance(**time)
    tokens, ahead = browser.app.state.stytch._sender.verifier.tokens, timedelta(**time).total_seconds()
    tokens._clock = lambda now=tokens._clock: now() + ahead


class TestFastAPI:
    async def test_who_is_not_logged_in_is_told_so(self, browser: Browser) -> None:
        assert Answer(401, {"detail": "log in first"}) == await browser.ask("GET", "/me")

    @pytest.mark.parametrize("change", [{"password": "a guess"}, {"email_address": "grace@example.com"}])
    async def test_unknown_member(self, change: dict[str, str], browser: Browser, ada: dict[str, str]) -> None:
        """A wrong password and an unknown member look alike."""
        refused = Answer(401, {"detail": "wrong email address or password"})
        assert refused == await browser.ask("POST", "/login", {**ada, **change})

    async def test_a_login_lasts_as_long_as_its_session(self, browser: Browser, stytch: Emulator, ada: dict[str, str]) -> None:
        """Longer than the five minutes of a JWT: the API gives new ones, and the browser keeps them."""
        assert 200 == (await browser.ask("POST", "/login", ada)).status
        first = browser.cookies["session_jwt"]
        assert "acme" == (await browser.ask("GET", "/me")).json["organization"]
        assert first == browser.cookies["session_jwt"]
        pass_time(browser, stytch, minutes=6)
        assert 200 == (await browser.ask("GET", "/me")).status
        assert first != browser.cookies["session_jwt"]
        pass_time(browser, stytch, days=1)
        assert 401 == (await browser.ask("GET", "/me")).status
        assert {} == browser.cookies

    async def test_what_belongs_to_others_is_forbidden(self, browser: Browser, ada: dict[str, str]) -> None:
        await browser.ask("POST", "/login", ada)
        answer = await browser.ask("DELETE", "/organizations/organization-test-of-others/documents/1")
        assert Answer(403, {"detail": "not allowed"}) == answer
        assert {"session_jwt"} == browser.cookies.keys()

    async def test_outage(self, browser: Browser, stytch: Emulator, ada: dict[str, str]) -> None:
        """An outage logs nobody out and is not told."""
        await browser.ask("POST", "/login", ada)
        await stytch.stop()
        answer = await browser.ask("GET", "/me")
        assert Answer(503, {"detail": "try again later"}) == answer
        assert {"session_jwt"} == browser.cookies.keys()

    async def test_logging_out_ends_the_session(self, browser: Browser, stytch: Emulator, ada: dict[str, str]) -> None:
        await browser.ask("POST", "/login", ada)
        session_jwt = browser.cookies["session_jwt"]
        assert 200 == (await browser.ask("POST", "/logout")).status
        assert {} == browser.cookies
        assert 401 == (await browser.ask("GET", "/me")).status
        async with stytch.client() as client:
            with pytest.raises(SessionNotFoundError):
                await client.sessions.authenticate(session_jwt=session_jwt)
