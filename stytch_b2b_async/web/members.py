"""The session of a request: genuine, renewed if it is stale."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import attrs

from stytch_b2b_async._logging import logger
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.runtime.local import SendRequest
from stytch_b2b_async.verify.claims import CLOCK_SKEW, Validity
from stytch_b2b_async.verify.errors import TokenError, WrongTokenKindError
from stytch_b2b_async.verify.verifier import Verifier

from . import problems
from .case import Case
from .cookies import fits
from .problems import Problem
from .renewal import Credential, Renewed, SessionEndedError, Sessions


@attrs.define(eq=False)
class Current:
    """A session, and its JWT as it is now."""

    session: MemberSession
    session_jwt: str = attrs.field(repr=False)


@attrs.define(eq=False)
class Genuine:
    """A genuine JWT, stale or not."""

    session: MemberSession
    validity: Validity
    session_jwt: str = attrs.field(repr=False)

    def is_fresh(self, now: float, max_age: float | None) -> bool:
        """Return whether it is valid now, and young enough."""
        validity = self.validity
        return now < validity.expires_at and (max_age is None or now - validity.issued_at < max_age)

    def is_early(self, now: float) -> bool:
        """Return whether it is from the future."""
        return max(self.validity.not_before, self.validity.issued_at) > now + CLOCK_SKEW


class Members:
    """Find the session that a request belongs to."""

    def __init__(self, sessions: Sessions, *, extends: bool, clock: Callable[[], float] = time.time) -> None:
        self._sessions = sessions
        self._extends = extends
        self._clock = clock
        self._said_too_long = False

    def by_bearer(self, token: str, max_age: float | None, verifier: Verifier, send: SendRequest) -> Flow[Current | Problem]:
        """Find the session of a bearer token. Raises APIError."""
        if not token:
            return problems.INVALID
        found = yield from self._genuine([token], verifier)
        if isinstance(found, Problem):
            return found
        return (yield from self._current(Credential(None, token, found.session.member_session_id), found, max_age, verifier, send))

    def by_cookies(self, case: Case, max_age: float | None, verifier: Verifier, send: SendRequest) -> Flow[Current | Problem]:
        """Find the session of a request's cookies, and set them if it was renewed. Raises APIError."""
        cookies = case.session
        if not cookies.jwts and not cookies.tokens:
            return problems.INVALID if cookies.is_malformed else problems.MISSING
        found: Genuine | None = None
        if cookies.jwts:
            genuine = yield from self._genuine(cookies.jwts, verifier)
            if isinstance(genuine, Problem):
                return genuine
            found = genuine
        token = cookies.tokens[0] if len(cookies.tokens) == 1 else None
        if found is None and token is None:
            return problems.AMBIGUOUS
        credential = (
            Credential(token, found.session_jwt, found.session.member_session_id) if found else Credential(token, None, None)
        )
        current = yield from self._current(credential, found, max_age, verifier, send)
        if isinstance(current, Current) and (found is None or current.session_jwt != found.session_jwt):
            self._set_cookies(case, token, current)
        return current

    def _genuine(self, jwts: list[str], verifier: Verifier) -> Flow[Genuine | Problem]:
        """Return the newest genuine one. Others may be left from a time when the cookies had another domain."""
        newest: Genuine | None = None
        problem = problems.INVALID
        for session_jwt in jwts:
            try:
                session, validity = yield from verifier.genuine_session(session_jwt)
            except WrongTokenKindError:
                problem = problems.WRONG_KIND
                continue
            except TokenError:
                continue
            found = Genuine(session, validity, session_jwt)
            if newest is not None and newest.session.member_session_id != session.member_session_id:
                return problems.AMBIGUOUS
            if newest is None or validity.issued_at > newest.validity.issued_at:
                newest = found
        if newest is None or newest.is_early(self._clock()):
            return problem
        return newest

    def _current(
        self, credential: Credential, found: Genuine | None, max_age: float | None, verifier: Verifier, send: SendRequest
    ) -> Flow[Current | Problem]:
        if found is not None:
            if self._sessions.has_ended(found.session.member_session_id):
                return problems.ENDED
            if found.is_fresh(self._clock(), max_age):
                return Current(found.session, found.session_jwt)
        try:
            current = yield from self._renewed(credential, max_age, verifier, send)
        except SessionEndedError:
            if credential.session_token is None and credential.member_session_id is not None:
                self._sessions.end(credential.member_session_id)
            return problems.ENDED
        if self._sessions.has_ended(current.session.member_session_id):
            return problems.ENDED
        if credential.member_session_id not in {None, current.session.member_session_id}:
            return problems.AMBIGUOUS
        return current

    def _renewed(self, credential: Credential, max_age: float | None, verifier: Verifier, send: SendRequest) -> Flow[Current]:
        known = self._sessions.successor(credential)
        if known is not None:
            genuine = yield from self._of(known, verifier)
            if genuine is not None and genuine.is_fresh(self._clock(), max_age):
                return Current(genuine.session, genuine.session_jwt)
        renewed = yield from self._sessions.renew(credential, send)
        genuine = yield from self._of(renewed, verifier)
        return Current(renewed.session, renewed.session_jwt) if genuine is None else Current(genuine.session, genuine.session_jwt)

    def _of(self, renewed: Renewed, verifier: Verifier) -> Flow[Genuine | None]:
        try:
            session, validity = yield from verifier.genuine_session(renewed.session_jwt)
        except TokenError:
            return None
        return Genuine(session, validity, renewed.session_jwt)

    def _set_cookies(self, case: Case, token: str | None, current: Current) -> None:
        if not fits(case.names.jwt, current.session_jwt):
            self._say_too_long(len(current.session_jwt))
            if not case.session.jwts and not self._extends:
                return
        max_age = (current.session.expires_at - datetime.fromtimestamp(self._clock(), UTC)).total_seconds()
        case.set_session(session_token=token or "" if self._extends else "", session_jwt=current.session_jwt, max_age=max_age)

    def _say_too_long(self, length: int) -> None:
        if not self._said_too_long:
            self._said_too_long = True
            logger.warning(
                "session JWTs of %d characters do not fit into a cookie: they are left out, and sessions are found by their token; "
                "custom claims make JWTs long",
                length,
            )
