"""One request to a login route: what it has, and what its answer needs."""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any, Final, TypeVar, cast

import attrs

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.endpoint import Request as APIRequest
from stytch_b2b_async.runtime.local import SendRequest
from stytch_b2b_async.verify.pkce import PKCE
from stytch_b2b_async.verify.verifier import Verifier
from stytch_b2b_async.web.cookies import SetCookie, values_of
from stytch_b2b_async.web.credentials import SessionCookies, read_headers, session_cookies
from stytch_b2b_async.web.http import Request
from stytch_b2b_async.web.problems import Problem
from stytch_b2b_async.web.tenancy import FromHost, template
from stytch_b2b_async.wire.hosts import parse_host

from .fields import Fields, bad_request
from .next_path import MAX_PATH, safe_path
from .pending import COOKIE, LIFE, PendingLogin, read_pending
from .settings import LoginSettings
from .verifiers import MAX_VERIFIERS, PREFIX, BrowserVerifier, browser_verifiers, new_verifier

R = TypeVar("R")

_NEXT: Final = "stytch_login_next"
_NEXT_LIFE: Final = 60 * 60


@attrs.define(eq=False, slots=False)
class Visit:
    """A request, and the means to answer it."""

    settings: LoginSettings
    request: Request
    verifier: Verifier = attrs.field(repr=False)
    send: SendRequest = attrs.field(repr=False)
    paths: Mapping[str, str]
    """Name of a route → its path, prefix included."""

    def call(self, request: APIRequest[R]) -> Flow[R]:
        """Make a call."""
        return cast("R", (yield partial(self.send, request)))

    @property
    def is_json(self) -> bool:
        """Whether a program asks."""
        from .answers import wants_json

        return wants_json(self.request)

    # ── Addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def host(self) -> str:
        """The host that was asked. Raises LoginRefusedError if it is malformed."""
        headers = read_headers(self.request)
        if isinstance(headers, Problem) or parse_host(headers.host) is None:
            raise bad_request("The request is malformed.")
        return headers.host

    @property
    def is_malformed(self) -> bool:
        """Whether no browser sends such headers."""
        headers = read_headers(self.request)
        return isinstance(headers, Problem) or (headers.host != "" and parse_host(headers.host) is None)

    @property
    def callback_url(self) -> str:
        """Where Stytch sends the browser back to. It is registered with the project, so that no other host can take its place."""
        return self.settings.callback_url or f"{self.request.scheme}://{self.host}{self.paths['callback']}"

    def organization(self, fields: Fields) -> str:
        """Return the organization that is asked for, or that the host belongs to; `""` for none."""
        asked = fields.organization()
        configured = self.settings.auth.organization
        source = None if configured is None else template(configured)
        if not asked and isinstance(source, FromHost):
            return source.organization(self.request, self.host) or ""
        return asked

    # ── What the browser keeps ────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def verifiers(self) -> list[BrowserVerifier]:
        """The verifiers of this browser, the newest first."""
        prefix = self.settings.auth.own_cookie_name(self.request, PREFIX)
        return browser_verifiers(self.request.headers, prefix)[:MAX_VERIFIERS]

    def bound(self) -> tuple[PKCE, tuple[SetCookie, ...]]:
        """Return the PKCE pair by which a login is bound to this browser, and the cookie that keeps it."""
        found = self.verifiers[0] if self.verifiers else new_verifier(time.time())
        return found.pair, (found.cookie(self.settings.auth.cookies, self.request.scheme, self.host),)

    @cached_property
    def pending(self) -> PendingLogin | None:
        """The login that this browser has not finished."""
        return read_pending(self._values(COOKIE))

    def keep(self, pending: PendingLogin) -> SetCookie:
        """Return the cookie that keeps an unfinished login."""
        return self.own_cookie(COOKIE, pending.to_cookie(), LIFE)

    def forget_pending(self) -> tuple[SetCookie, ...]:
        """Return what deletes an unfinished login, if there is any."""
        return (self.own_cookie(COOKIE, "", 0),) if self._values(COOKIE) else ()

    def forget_verifiers(self) -> tuple[SetCookie, ...]:
        """Return what deletes this browser's verifiers."""
        return tuple(self.own_cookie(PREFIX + one.name, "", 0) for one in self.verifiers)

    def asked_next(self, fields: Fields) -> tuple[SetCookie, ...]:
        """Return the cookie that keeps where to go after the login. Raises LoginRefusedError for what leads elsewhere."""
        asked = fields.given("next").get("next")
        if asked is None or len(asked) > MAX_PATH:
            return ()
        if safe_path(asked) is None:
            raise bad_request("This address leads elsewhere.", "invalid_next")
        return (self.own_cookie(_NEXT, urlsafe_b64encode(asked.encode()).rstrip(b"=").decode(), _NEXT_LIFE),)

    def next_path(self) -> tuple[str, tuple[SetCookie, ...]]:
        """Return where to go after the login, and what deletes its cookie."""
        values = self._values(_NEXT)
        path = _decoded(values[0]) if len(values) == 1 else None
        return path or self.settings.after, (self.own_cookie(_NEXT, "", 0),) if values else ()

    @cached_property
    def session(self) -> SessionCookies:
        """The session's cookies, as the browser has sent them."""
        headers = read_headers(self.request)
        if isinstance(headers, Problem):
            return SessionCookies([], [], is_malformed=True)
        found = session_cookies(headers.cookies, self.settings.auth.cookies.names(self.request.scheme, headers.host))
        return SessionCookies([], [], is_malformed=True) if isinstance(found, Problem) else found

    @property
    def duration(self) -> Mapping[str, Any]:
        """The parameter that says how long a new session lasts."""
        minutes = self.settings.session_minutes
        return {} if minutes is None else {"session_duration_minutes": minutes}

    def own_cookie(self, name: str, value: str, max_age: int) -> SetCookie:
        """Return a cookie of the login routes."""
        return self.settings.auth.own_cookie(self.request, name, value, max_age)

    def _values(self, name: str) -> list[str]:
        return values_of(self.request.headers, self.settings.auth.own_cookie_name(self.request, name))


def _decoded(value: str) -> str | None:
    try:
        return safe_path(urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode())
    except ValueError:
        return None
