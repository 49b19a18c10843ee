"""A site with the login routes, and browsers that visit it: they keep cookies, follow redirects and fill in forms."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import attrs
from support.browser import open_page
from support.tenants import ADA, PASSWORD

from stytch_b2b_async import BlockingClient, Client
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.logins import LoggedIn, StartURLs
from stytch_b2b_async.web import Auth, Granted, Request, RequestHead, Response, member
from stytch_b2b_async.web.login import LoginRoutes

HOST = "app.example.com"
PREFIX = "/auth"


class _Page(HTMLParser):
    """The forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({"action": given["action"]})
        elif tag == "input" and given.get("type") == "hidden":
            self.forms[-1][given["name"]] = given["value"]


@attrs.frozen
class Answer:
    """What a browser was answered."""

    status: int
    headers: list[tuple[str, str]]
    text: str

    def header(self, name: str) -> str:
        """Return a header, `""` if it is missing."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def location(self) -> str:
        """Where it redirects, as path."""
        return self.header("location")

    @property
    def json(self) -> dict[str, Any]:
        """The JSON object."""
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def set_cookies(self) -> list[str]:
        """The cookies that are set or deleted."""
        return [value for key, value in self.headers if key.lower() == "set-cookie"]

    def form(self, action: str) -> dict[str, str]:
        """Return the hidden fields of the form that posts to a route."""
        parser = _Page()
        parser.feed(self.text)
        (found, *_) = [form for form in parser.forms if form["action"] == PREFIX + action]
        return {name: value for name, value in found.items() if name != "action"}


@attrs.define
class Browser:
    """A visitor's browser."""

    site: "Site"
    cookies: dict[str, str] = attrs.field(factory=dict[str, str])

    async def get(self, path: str, /, **headers: str) -> Answer:
        """Open a page."""
        return await self.ask("GET", path, b"", **headers)

    async def post(self, path: str, form: dict[str, str] | None = None, /, **headers: str) -> Answer:
        """Send a form, as a page of this site does."""
        headers = {"content_type": "application/x-www-form-urlencoded", "sec_fetch_site": "same-origin", **headers}
        return await self.ask("POST", path, urlencode(form or {}).encode(), **headers)

    async def call(self, path: str, body: dict[str, Any] | None = None, /, **headers: str) -> Answer:
        """Send JSON, as a script of this site does."""
        headers = {"content_type": "application/json", "accept": "application/json", "sec_fetch_site": "same-origin", **headers}
        return await self.ask("POST", path, json.dumps(body or {}).encode(), **headers)

    async def ask(self, method: str, path: str, body: bytes, /, **headers: str) -> Answer:
        """Send a request to a route, and keep the cookies of the answer."""
        given = {"host": HOST, "accept": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookies:
            given["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await self.site.answer(method, path, given, body)
        for header in answer.set_cookies:
            name, _, rest = header.partition("=")
            value, _, flags = rest.partition(";")
            assert {" Path=/", " HttpOnly", " SameSite=Lax", " Secure"} <= {f for f in flags.split(";") if "Max-Age" not in f}
            assert name.startswith("__Host-")
            if "Max-Age=0" in flags:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer

    async def open(self, url: str, **headers: str) -> Answer:
        """Open a link of a mail."""
        parts = urlsplit(url)
        assert (HOST, f"{PREFIX}/callback") == (parts.netloc, parts.path), url
        return await self.get(f"/callback?{parts.query}", **headers)

    async def follow(self, answer: Answer) -> Answer:
        """Follow a redirect to another of the routes."""
        assert 303 == answer.status, answer
        assert answer.location.startswith(f"{PREFIX}/"), answer.location
        return await self.get(answer.location.removeprefix(PREFIX))

    async def leave(self, path: str, email: str = ADA) -> str:
        """Start a login at an identity provider, be somebody there, and return the URL of the callback."""
        started = await self.get(path)
        assert 303 == started.status, started
        return await self.site.identify(started.location, email)

    @property
    def has_session(self) -> bool:
        """Whether the browser has a session's cookies."""
        return "__Host-stytch_session" in self.cookies

    async def is_logged_in(self, organization: str = "acme") -> bool:
        """Return whether a protected page shows itself."""
        pairs = [(b"host", HOST.encode()), (b"cookie", "; ".join(f"{n}={v}" for n, v in self.cookies.items()).encode())]
        head = RequestHead(method="GET", headers=pairs, scheme="https")
        decision = await self.site.auth.decide(head, member())
        return isinstance(decision, Granted) and decision.principal.organization_slug == organization


@attrs.define
class Site:
    """A site with the login routes."""

    stytch: Emulator
    auth: Auth
    client: Client
    routes: LoginRoutes
    login: LoggedIn
    scheme: str = "https"

    @classmethod
    @asynccontextmanager
    async def running(cls, stytch: Emulator, *, is_blocking: bool = False, **options: Any) -> AsyncIterator["Site"]:
        """Run a site whose login page offers everything, unless the options say otherwise."""
        login = await asyncio.to_thread(stytch.log_in, ADA, organization="acme")
        async with stytch.client(max_attempts=1) as client:
            calls: Client | BlockingClient = stytch.blocking_client(max_attempts=1) if is_blocking else client
            auth = Auth(calls)
            site = cls(stytch, auth, client, cls.routes_of(stytch, auth, **options), login)
            try:
                yield site
            finally:
                if isinstance(calls, BlockingClient):
                    await asyncio.to_thread(calls.close)

    @staticmethod
    def routes_of(stytch: Emulator, auth: Auth, **options: Any) -> LoginRoutes:
        """Make login routes."""
        given = {
            "after": "/home",
            "methods": ["password", "magic_link", "email_code", "sso"],
            "oauth": ["google", "github"],
            "start_urls": StartURLs(stytch.public_token, base_url=stytch.url),
            **options,
        }
        return LoginRoutes(auth, **given)

    def configure(self, **options: Any) -> None:
        """Set other options of the routes."""
        self.routes = self.routes_of(self.stytch, self.auth, **options)

    def browser(self) -> Browser:
        """Return a new browser."""
        return Browser(self)

    async def answer(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Answer a request, as an adapter does."""
        path, _, query = path.partition("?")
        route = next(route for route in self.routes.routes() if route.path == path)
        request = Request(
            method=method,
            headers=[(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
            scheme=self.scheme,
            path=PREFIX + path,
            query=query.encode("latin-1"),
            body=body,
        )
        response: Response = await self.auth.run(self.auth.answer(route, request))
        return Answer(response.status, list(response.headers), response.body.decode())

    async def identify(self, url: str, email: str = ADA) -> str:
        """Be somebody at the identity provider that a start address leads to; return where it redirects."""
        parts = urlsplit(url)
        answer = await open_page(self.stytch, f"{parts.path}?{parts.query}", form={"email_address": email})
        assert 303 == answer.status, answer.text
        return answer.headers["location"]

    async def give_password(self, email: str = ADA, password: str = PASSWORD) -> None:
        """Give a member a password, by a hash that is quick to check."""
        await self.client.passwords.migrate(
            organization_id=self.organization_id,
            email_address=email,
            hash=hashlib.md5(password.encode()).hexdigest(),  # noqa: S324  # as an old application had it
            hash_type="md_5",
        )

    @property
    def organization_id(self) -> str:
        """The id of acme."""
        return self.login.organization.organization_id

    @property
    def calls(self) -> list[str]:
        """The calls that were made, oldest first."""
        return [call.operation or call.path for call in self.stytch.calls]

    def mail(self, email: str = ADA) -> str:
        """Return the link of the newest mail."""
        return self.stytch.outbox.last(to=email).url


def query_of(url: str) -> dict[str, str]:
    """Return the query of a URL."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
