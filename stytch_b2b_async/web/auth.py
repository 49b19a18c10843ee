"""Decide about requests: the framework-neutral `Auth`, of which every adapter's is a subclass."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from stytch_b2b_async.client import BlockingClient, Client
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.errors import APIError
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.runtime.local import SendRequest, Steps
from stytch_b2b_async.verify.verifier import Verifier

from . import problems
from .cookies import Cookies, SetCookie
from .credentials import read_headers
from .cross_site import is_cross_site, trusted
from .decider import Decider
from .decision import Granted, Outgoing, Refused
from .failures import Failures
from .http import BadFormError, Request, RequestHead, Response, Route
from .members import Members
from .problems import Problem
from .renewal import Sessions
from .rules import Rule
from .settings import minutes, page, seconds
from .tenancy import template

if TYPE_CHECKING:
    from stytch_b2b_async.logins import LoggedIn

T = TypeVar("T")


class Auth:
    """Decide who may pass.

    - `client`: a Client where requests are awaited, and a BlockingClient elsewhere.
    - `cookies`: who owns the session's cookies: `Cookies()`, `Cookies.shared()` or `Cookies.by_stytch(domain=…)`.
    - `organization`: where a request says which organization it is about, by id or slug: `"{org}"` for a parameter of the path,
      `"{org}.example.com"` for a subdomain. None if no route belongs to one.
    - `trusted_origins`: other origins whose pages may send requests with cookies, such as `https://app.example.com`.
    - `max_age`: seconds (or a timedelta) for which a JWT is accepted without asking Stytch whether its session was revoked; until
      it expires, five minutes after it was issued, by default.
    - `extend`: minutes, or a timedelta, from now to which a session is extended whenever its JWT is renewed; not at all by default.
    - `login_page`: path of the page to which browsers are sent that need a session; other clients get a 401.

    It is safe to use from several threads and event loops. Raises ValueError or TypeError for invalid arguments.
    """

    def __init__(
        self,
        client: Client | BlockingClient,
        *,
        cookies: Cookies = Cookies(),  # noqa: B008  # immutable
        organization: str | None = None,
        trusted_origins: Iterable[str] = (),
        max_age: float | timedelta | None = None,
        extend: int | timedelta | None = None,
        login_page: str | None = None,
    ) -> None:
        self._client = client
        self.cookies: Cookies = cookies
        self.organization: str | None = organization
        self.trusted_origins: frozenset[str] = trusted(trusted_origins)
        self.login_page: str | None = page("login_page", login_page)
        extension = minutes("extend", extend)
        self._clock: Callable[[], float] = time.time
        self.sessions: Sessions = Sessions(extension, self._now)
        self._failures = Failures()
        self._decider = Decider(
            cookies=cookies,
            organization=None if organization is None else template(organization),
            trusted_origins=self.trusted_origins,
            max_age=seconds("max_age", max_age),
            login_page=self.login_page,
            members=Members(self.sessions, extends=extension is not None, clock=self._now),
            failures=self._failures,
            now=self._now,
        )

    @property
    def client(self) -> Client | BlockingClient:
        """The client that makes the calls."""
        return self._client

    def _now(self) -> float:
        return self._clock()

    def check(self, head: RequestHead, rule: Rule[T]) -> Steps[Granted[T] | Refused]:
        """Return the steps that decide about a request; `decide` and `decide_blocking` run them."""
        return partial(self._decider.decide, head, rule)

    async def decide(self, head: RequestHead, rule: Rule[T]) -> Granted[T] | Refused:
        """Decide about a request. With a BlockingClient, in a worker thread."""
        try:
            return await self.run(self.check(head, rule))
        except APIError as error:  # the client ran out of time
            return self.failed(error)

    def decide_blocking(self, head: RequestHead, rule: Rule[T]) -> Granted[T] | Refused:
        """Decide about a request in this thread. Raises TypeError with a Client, which is awaited."""
        try:
            return self.run_blocking(self.check(head, rule))
        except APIError as error:
            return self.failed(error)

    def answer(self, route: Route, request: Request) -> Steps[Response]:
        """Return the steps that answer a request to a login's or webhook's route; `respond` and `respond_blocking` run them."""
        return partial(self._answer, route, request)

    async def respond(self, route: Route, request: Request) -> Response:
        """Answer a request to a login's or webhook's route. With a BlockingClient, in a worker thread."""
        try:
            return await self.run(self.answer(route, request))
        except APIError as error:
            return self.failed(error).response

    def respond_blocking(self, route: Route, request: Request) -> Response:
        """Answer a request to a login's or webhook's route in this thread. Raises TypeError with a Client, which is awaited."""
        try:
            return self.run_blocking(self.answer(route, request))
        except APIError as error:
            return self.failed(error).response

    async def run(self, steps: Steps[T]) -> T:
        """Run steps in the event loop; with a BlockingClient, in a worker thread."""
        client = self._client
        if isinstance(client, Client):
            return await client.run(steps)
        return await asyncio.to_thread(client.run, steps)

    def run_blocking(self, steps: Steps[T]) -> T:
        """Run steps in this thread. Raises TypeError with a Client, which is awaited."""
        if not isinstance(self._client, BlockingClient):
            raise TypeError("an Auth that is not awaited needs a BlockingClient")
        return self._client.run(steps)

    def signed_in(self, head: RequestHead, login: "LoggedIn") -> Outgoing:
        """Return what must leave with the response of a login: the session's cookies, unless the frontend SDK owns them."""
        life = login.member_session.expires_at.timestamp() - self._now()
        host = self._host(head)
        return Outgoing(
            self.cookies.session(head.scheme, host, session_token=login.session_token, session_jwt=login.session_jwt, max_age=life),
            varies=True,
        )

    def signed_out(self, head: RequestHead, *sessions: MemberSession) -> Outgoing:
        """Return what must leave with the response of a logout; JWTs of these sessions are refused from now on, in this process."""
        for session in sessions:
            self.sessions.end(session.member_session_id)
        return Outgoing(self.cookies.cleared(head.scheme, self._host(head)), varies=True)

    def failed(self, error: APIError) -> Refused:
        """Return the refusal of a request whose call has failed, and log once what only the project's owner can mend."""
        return problems.refused(self._failures.problem(error))

    def is_cross_site(self, head: RequestHead) -> bool:
        """Return whether another site may have made a browser send this request: for forms that need no session yet."""
        headers = read_headers(head)
        return isinstance(headers, Problem) or is_cross_site(head, headers, self.trusted_origins)

    def own_cookie(self, head: RequestHead, name: str, value: str, max_age: int) -> SetCookie:
        """Return another cookie of this backend, such as a login's state; `values_of` with `own_cookie_name` reads it."""
        return self.cookies.own(head.scheme, self._host(head), name, value, max_age)

    def own_cookie_name(self, head: RequestHead, name: str) -> str:
        """Return the name that such a cookie has in the browser."""
        return self.cookies.own_name(head.scheme, self._host(head), name)

    def _host(self, head: RequestHead) -> str:
        headers = read_headers(head)
        return "" if isinstance(headers, Problem) else headers.host

    def check_route(self, rule: Rule[Any], parameters: Collection[str], where: str) -> None:
        """Raise RuleError if a route lacks the path parameter that its rule needs.

        - `parameters`: the names of the route's path parameters.
        - `where`: the route, for the message: `GET /invoices`.
        """
        for terms in rule.alternatives:
            organization = self._decider.organization_of(terms)
            if organization is not None:
                organization.check_route(parameters, where)

    def _answer(self, route: Route, request: Request, verifier: Verifier, send: SendRequest) -> Flow[Response]:
        if len(request.body) > route.max_body:
            return problems.refused(problems.BODY_TOO_LARGE).response
        try:
            return (yield from route.handle(request, verifier, send))
        except BadFormError:
            return problems.refused(problems.MALFORMED).response
        except APIError as error:
            return self.failed(error).response
