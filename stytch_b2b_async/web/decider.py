"""The decision about a request, step by step.

Nothing is verified for a request that another site has sent, and no call is made for a credential that is not genuine.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote

import attrs

from stytch_b2b_async._logging import logger
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.errors import APIError
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.runtime.local import SendRequest
from stytch_b2b_async.verify import scopes
from stytch_b2b_async.verify.access_token import AccessTokenClaims
from stytch_b2b_async.verify.errors import MissingScopeError, TokenError, TokenExpiredError, WrongTokenKindError
from stytch_b2b_async.verify.m2m import MachineClaims
from stytch_b2b_async.verify.verifier import Verifier
from stytch_b2b_async.wire.hosts import parse_host

from . import problems
from .case import Case
from .cookies import Cookies
from .credentials import SessionCookies, read_headers, session_cookies
from .cross_site import is_cross_site
from .decision import Granted, Outgoing, Refused
from .failures import Failures
from .http import RequestHead
from .members import Members
from .permissions import refuse_member
from .problems import Problem
from .rules import AppTerms, MachineTerms, MemberTerms, PublicTerms, Rule, Terms, public
from .tenancy import FromHost, FromPath, template

T = TypeVar("T")

MAX_NEXT: Final = 2_048
"""Characters of a path to return to after a login."""
_VARIES: Final = Outgoing(varies=True)
_PUBLIC: Final = public().alternatives
_NOTHING: Final = SessionCookies([], [], is_malformed=False)
_PROBLEMS: Final[dict[type[TokenError], Problem]] = {
    WrongTokenKindError: problems.WRONG_KIND,
    TokenExpiredError: problems.EXPIRED,
}
_RANK: Final = {"missing": 0, "wrong_kind": 1}
"""Of several refusals, the one of the highest status is told, unless it is only that another kind of credential is wanted."""


@attrs.frozen(eq=False)
class Decider:
    """Decides by an `Auth`'s settings."""

    cookies: Cookies
    organization: FromPath | FromHost | None
    trusted_origins: frozenset[str]
    max_age: float | None
    login_page: str | None
    members: Members
    failures: Failures
    now: Callable[[], float]

    def decide(self, head: RequestHead, rule: Rule[T], verifier: Verifier, send: SendRequest) -> Flow[Granted[T] | Refused]:
        """Decide about a request."""
        if rule.alternatives == _PUBLIC:
            return Granted(cast("T", None))
        case = self._case(head)
        if isinstance(case, Problem):
            return problems.refused(case)
        try:
            found = yield from self._first(case, rule.alternatives, verifier, send)
        except APIError as error:
            found = self.failures.problem(error)
        if not isinstance(found, Problem):
            principal, token = found
            return Granted(cast("T", principal), Outgoing(case.outgoing, varies=True) if case.outgoing else _VARIES, token)
        if found.clears and (found.clears_any or self.cookies.clears_unknown):
            case.clear()
        if found.is_nobody and case.headers.bearer is None and _is_optional(rule):
            return Granted(cast("T", None), Outgoing(case.outgoing, varies=True))
        logger.debug("refused a request with %d: %s", found.status, found.reason)
        return problems.refused(found, case.outgoing, self._login_page(case, found))

    def organization_of(self, terms: Terms) -> FromPath | FromHost | None:
        """Return where a request says which organization it is about; None if that does not matter."""
        if not isinstance(terms, MemberTerms):
            return self.organization if isinstance(terms, AppTerms) else None
        if terms.organization is ...:
            return self.organization
        return None if terms.organization is None else template(terms.organization)

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
        """Return what satisfies the first alternative that can be satisfied, or the problem that tells most."""
        problem = problems.MISSING
        for terms in alternatives:
            found = yield from self._one(case, terms, verifier, send)
            if not isinstance(found, Problem) or found.clears:
                return found  # what is not genuine, or has ended, satisfies no alternative
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
            scopes.require(machine.scopes, terms.scopes)
            return machine, token
        app = yield from verifier.verify_access_token(token)
        if not self._is_about(case, terms, app.organization_id, app.organization_slug):
            return problems.OTHER_ORGANIZATION
        scopes.require(app.scope.split(), terms.scopes)
        return app, token

    def _member(
        self, case: Case, terms: MemberTerms, verifier: Verifier, send: SendRequest
    ) -> Flow[tuple[MemberSession, str] | Problem]:
        max_age = _least(self.max_age, terms.max_age)
        if case.headers.bearer is None:
            found = yield from self.members.by_cookies(case, max_age, verifier, send)
        else:
            found = yield from self.members.by_bearer(case.headers.bearer, max_age, verifier, send)
        if isinstance(found, Problem):
            return found
        session = found.session
        if not self._is_about(case, terms, session.organization_id, session.organization_slug):
            return problems.OTHER_ORGANIZATION
        problem = yield from refuse_member(session, terms, verifier, self.now)
        return (session, found.session_jwt) if problem is None else problem

    def _is_about(self, case: Case, terms: Terms, organization_id: str, slug: str) -> bool:
        source = self.organization_of(terms)
        return source is None or source.is_about(case.head, case.headers.host, organization_id, slug)

    def _login_page(self, case: Case, problem: Problem) -> str | None:
        if self.login_page is None or not problem.is_credential or not case.is_navigation:
            return None
        target = case.head.target
        if not target.startswith("/") or target.startswith(("//", "/\\")) or len(target) > MAX_NEXT:
            return self.login_page
        return f"{self.login_page}?next={quote(target, safe='/')}"


def _is_optional(rule: Rule[Any]) -> bool:
    return any(isinstance(terms, PublicTerms) or (isinstance(terms, MemberTerms) and terms.optional) for terms in rule.alternatives)


def _least(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else min(one, other)
