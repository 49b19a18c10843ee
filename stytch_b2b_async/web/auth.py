"""Decide about requests: the framework-neutral `Auth`, of which every adapter's is a subclass."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from urllib.parse import quote

from stytch_b2b_async._logging import logger
from stytch_b2b_async.client import BlockingClient, Client
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.errors import APIError, AuthenticationError, NotAllowedError
from stytch_b2b_async.models.rbac import AuthorizationCheck
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.runtime.local import SendRequest, Steps
from stytch_b2b_async.schema.validation import check_seconds
from stytch_b2b_async.verify import scopes as scope_checks
from stytch_b2b_async.verify.access_token import AccessTokenClaims
from stytch_b2b_async.verify.errors import MissingRoleError, MissingScopeError, TokenError, TokenExpiredError, WrongTokenKindError
from stytch_b2b_async.verify.m2m import MachineClaims
from stytch_b2b_async.verify.verifier import Verifier

from . import problems
from .case import Case
from .cookies import Cookies, SetCookie
from .credentials import SessionCookies, read_headers, session_cookies
from .cross_site import is_cross_site, trusted
from .decision import Granted, Outgoing, Refused
from .hosts import parse_host
from .http import BadFormError, Request, RequestHead, Response, Route
from .members import Current, Members
from .problems import Problem
from .renewal import Sessions
from .rules import AppTerms, MachineTerms, MemberTerms, PublicTerms, Rule, Terms
from .tenancy import FromHost, FromPath, template

if TYPE_CHECKING:
    from stytch_b2b_async.logins import LoggedIn

T = TypeVar("T")

MIN_EXTENSION, MAX_EXTENSION = 5, 527_040
_RANK: Final = {"missing": 0, "wrong_kind": 1}
"""Of several refusals, the one of the highest status is told, unless it is only that another kind of credential is wanted."""
_PROBLEMS: Final[dict[type[TokenError], Problem]] = {WrongTokenKindError: problems.WRONG_KIND, TokenExpiredError: problems.EXPIRED}
_NOTHING: Final = SessionCookies([], [], is_malformed=False)


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
        self.login_page: str | None = _page(login_page)
        self._organization = None if organization is None else template(organization)
        self._max_age = _seconds(max_age)
        minutes = _minutes(extend)
        self._clock: Callable[[], float] = time.time
        self.sessions: Sessions = Sessions(minutes, self._now)
        self._members = Members(self.sessions, extends=minutes is not None, clock=self._now)
        self._said_misconfigured = False

    @property
    def client(self) -> Client | BlockingClient:
        """The client that makes the calls."""
        return self._client

    def _now(self) -> float:
        return self._clock()

    # ── Deciding ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def check(self, head: RequestHead, rule: Rule[T]) -> Steps[Granted[T] | Refused]:
        """Return the steps that decide about a request; `decide` and `decide_blocking` run them."""
        return partial(self._decide, head, rule)

    async def decide(self, head: RequestHead, rule: Rule[T]) -> Granted[T] | Refused:
        """Decide about a request. With a BlockingClient, in a worker thread."""
        return await self.run(self.check(head, rule))

    def decide_blocking(self, head: RequestHead, rule: Rule[T]) -> Granted[T] | Refused:
        """Decide about a request in this thread. Raises TypeError with a Client, which is awaited."""
        return self.run_blocking(self.check(head, rule))

    def answer(self, route: Route, request: Request) -> Steps[Response]:
        """Return the steps that answer a request to a login's or webhook's route; `run` and `run_blocking` run them."""
        return partial(self._answer, route, request)

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

    # ── Sessions that begin and end here ──────────────────────────────────────────────────────────────────────────────────────

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

    # ── Starting ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def check_route(self, rule: Rule[Any], parameters: Collection[str], where: str) -> None:
        """Raise RuleError if a route lacks the path parameter that its rule needs.

        - `parameters`: the names of the route's path parameters.
        - `where`: the route, for the message: `GET /invoices`.
        """
        for terms in rule.alternatives:
            organization = self._template(terms)
            if organization is not None:
                organization.check_route(parameters, where)

    def _template(self, terms: Terms) -> FromPath | FromHost | None:
        if not isinstance(terms, MemberTerms):
            return self._organization if isinstance(terms, AppTerms) else None
        if terms.organization is ...:
            return self._organization
        return None if terms.organization is None else template(terms.organization)

    # ── The decision ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _decide(self, head: RequestHead, rule: Rule[T], verifier: Verifier, send: SendRequest) -> Flow[Granted[T] | Refused]:
        if all(isinstance(terms, PublicTerms) for terms in rule.alternatives):
            return Granted(cast("T", None))
        case = self._case(head)
        if isinstance(case, Problem):
            return problems.refused(case)
        try:
            found = yield from self._first(case, rule.alternatives, verifier, send)
        except APIError as error:
            found = self._failed(error)
        if isinstance(found, Problem):
            if found.status == 401 and found is not problems.WRONG_KIND and _is_optional(rule) and found.is_credential:  # noqa: PLR2004
                self._clear(case, found)
                return Granted(cast("T", None), Outgoing(case.outgoing, varies=True))
            return self._refused(case, found)
        principal, token = found
        return Granted(cast("T", principal), Outgoing(case.outgoing, varies=True), token)

    def _case(self, head: RequestHead) -> Case | Problem:
        headers = read_headers(head)
        if isinstance(headers, Problem):
            return headers
        if headers.host and parse_host(headers.host) is None:
            return problems.MALFORMED
        names = self.cookies.names(head.scheme, headers.host)
        cookies = _NOTHING if headers.bearer is not None else session_cookies(headers.cookies, names)
        if isinstance(cookies, Problem):
            return cookies
        if cookies and is_cross_site(head, headers, self.trusted_origins):
            return problems.CROSS_SITE
        return Case(head, headers, self.cookies, names, cookies)

    def _first(
        self, case: Case, alternatives: tuple[Terms, ...], verifier: Verifier, send: SendRequest
    ) -> Flow[tuple[Any, str] | Problem]:
        """Return what satisfies the first alternative that is about this kind of credential, or its problem."""
        problem = problems.MISSING
        for terms in alternatives:
            found = yield from self._one(case, terms, verifier, send)
            if not isinstance(found, Problem):
                return found
            if _RANK.get(found.reason, found.status) > _RANK.get(problem.reason, problem.status):
                problem = found
        return problem

    def _one(self, case: Case, terms: Terms, verifier: Verifier, send: SendRequest) -> Flow[tuple[Any, str] | Problem]:
        if isinstance(terms, MemberTerms):
            return (yield from self._member(case, terms, verifier, send))
        bearer = case.headers.bearer
        if isinstance(terms, PublicTerms) or bearer is None:
            return problems.MISSING
        try:
            return (yield from self._token(case, terms, bearer, verifier))
        except MissingScopeError:
            return problems.missing_scope(terms.scopes)
        except TokenError as error:
            return _PROBLEMS.get(type(error), problems.INVALID)

    def _token(
        self, case: Case, terms: MachineTerms | AppTerms, token: str, verifier: Verifier
    ) -> Flow[tuple[MachineClaims | AccessTokenClaims, str] | Problem]:
        if isinstance(terms, MachineTerms):
            machine = yield from verifier.verify_m2m_token(token)
            scope_checks.require(machine.scopes, terms.scopes)
            return machine, token
        app = yield from verifier.verify_access_token(token)
        if not self._is_about(case, terms, app.organization_id, app.organization_slug):
            return problems.OTHER_ORGANIZATION
        scope_checks.require(app.scope.split(), terms.scopes)
        return app, token

    def _member(
        self, case: Case, terms: MemberTerms, verifier: Verifier, send: SendRequest
    ) -> Flow[tuple[MemberSession, str] | Problem]:
        max_age = _least(self._max_age, terms.max_age)
        if case.headers.bearer is None:
            found = yield from self._members.by_cookies(case, max_age, verifier, send)
        else:
            found = yield from self._members.by_bearer(case.headers.bearer, max_age, verifier, send)
        if isinstance(found, Problem):
            return found
        problem = yield from self._allowed(case, terms, found, verifier)
        return (found.session, found.session_jwt) if problem is None else problem

    def _allowed(self, case: Case, terms: MemberTerms, current: Current, verifier: Verifier) -> Flow[Problem | None]:
        session = current.session
        if not self._is_about(case, terms, session.organization_id, session.organization_slug):
            return problems.OTHER_ORGANIZATION
        if terms.roles and not set(terms.roles) & set(session.roles or ()):
            return problems.NO_ROLE
        if terms.permission is not None:
            resource, action = terms.permission
            check = AuthorizationCheck(organization_id=session.organization_id, resource_id=resource, action=action)
            try:
                yield from verifier.policies.authorize_roles(session.roles or (), session.organization_id, check)
            except MissingRoleError:
                return problems.NO_ROLE
        if not terms.impersonated and any(factor.type == "impersonated" for factor in session.authentication_factors or ()):
            return problems.IMPERSONATED
        if terms.factor_within is not None and not self._has_factor(session, terms.factor_within):
            return problems.factor_too_old(terms.factor_within)
        return None

    def _has_factor(self, session: MemberSession, seconds: float) -> bool:
        since = self._now() - seconds
        times = (factor.last_authenticated_at for factor in session.authentication_factors or ())
        return any(moment is not None and moment.timestamp() >= since for moment in times)

    def _is_about(self, case: Case, terms: Terms, organization_id: str, slug: str) -> bool:
        source = self._template(terms)
        if source is None:
            return True
        wanted = source.organization(case.head, case.headers.host)
        return wanted is not None and wanted != "" and wanted in {organization_id, slug}

    def _failed(self, error: APIError) -> Problem:
        """Return the problem of a call that failed; sessions that were not found are no failure."""
        if isinstance(error, AuthenticationError):
            if not self._said_misconfigured:
                self._said_misconfigured = True
                logger.error("Stytch refused the project's own credentials: %s", error)
            return problems.MISCONFIGURED
        if isinstance(error, NotAllowedError):
            return problems.NOT_ALLOWED
        return problems.unavailable(getattr(error, "retry_after", None))

    def _refused(self, case: Case, problem: Problem) -> Refused:
        self._clear(case, problem)
        location = None
        if self.login_page is not None and problem.is_credential and case.is_navigation:
            location = self.login_page
            if case.head.target:
                location += f"?next={quote(case.head.target, safe='/')}"
        return problems.refused(problem, case.outgoing, location)

    def _clear(self, case: Case, problem: Problem) -> None:
        if problem.clears and (problem.clears_any or self.cookies.clears_unknown):
            case.clear()

    def _answer(self, route: Route, request: Request, verifier: Verifier, send: SendRequest) -> Flow[Response]:
        if len(request.body) > route.max_body:
            return problems.refused(Problem(413, "body", "The body is too large.")).response
        try:
            return (yield from route.handle(request, verifier, send))
        except BadFormError:
            return problems.refused(problems.MALFORMED).response
        except APIError as error:
            return problems.refused(self._failed(error)).response


def _is_optional(rule: Rule[Any]) -> bool:
    return any(isinstance(terms, PublicTerms) or (isinstance(terms, MemberTerms) and terms.optional) for terms in rule.alternatives)


def _least(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else min(one, other)


def _seconds(value: float | timedelta | None) -> float | None:
    if value is None:
        return None
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    check_seconds("max_age", seconds, least=0)
    return float(seconds)


def _minutes(value: int | timedelta | None) -> int | None:
    if value is None:
        return None
    minutes = int(value.total_seconds() // 60) if isinstance(value, timedelta) else value
    if isinstance(minutes, bool) or not isinstance(cast("object", minutes), int):
        raise TypeError("extend must be a number of minutes, or a timedelta")
    if not MIN_EXTENSION <= minutes <= MAX_EXTENSION:
        raise ValueError(f"extend must be {MIN_EXTENSION} to {MAX_EXTENSION} minutes")
    return minutes


def _page(path: str | None) -> str | None:
    if path is not None and (not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isascii() or "?" in path):
        raise ValueError("login_page must be a path on this host, such as /auth/login")
    return path
