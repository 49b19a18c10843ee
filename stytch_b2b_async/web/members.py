"""The session of a request: genuine, and renewed if it is stale."""

import time
from collections.abc import Callable
from typing import Final

import attrs

from stytch_b2b_async._logging import logger
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.errors import DecodeError
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
class Genuine(Current):
    """A session whose JWT is genuine, stale or not."""

    validity: Validity

    def is_fresh(self, now: float, max_age: float | None) -> bool:
        """Return whether the JWT is valid now, and young enough."""
        validity = self.validity
        if now >= validity.expires_at or max(validity.not_before, validity.issued_at) > now + CLOCK_SKEW:
            return False
        return max_age is None or now - validity.issued_at < max_age


class Members:
    """Find the session that a request belongs to."""

    def __init__(self, sessions: Sessions, *, extends: bool, clock: Callable[[], float] = time.time) -> None:
        self._sessions = sessions
        self._extends = extends
        self._clock = clock
        self._said: set[str] = set()

    def by_bearer(self, token: str, max_age: float | None, verifier: Verifier, send: SendRequest) -> Flow[Current | Problem]:
        """Find the session of a bearer token. Raises APIError."""
        found = yield from self._genuine([token] if token else [], verifier)
        if isinstance(found, Problem):
            return found
        if self._is_current(found, max_age):
            return found
        credential = Credential(None, token, found.session.member_session_id)
        return (yield from self._current(credential, max_age, verifier, send))

    def by_cookies(self, case: Case, max_age: float | None, verifier: Verifier, send: SendRequest) -> Flow[Current | Problem]:
        """Find the session of a request's cookies, and set them if it was renewed. Raises APIError."""
        cookies = case.session
        if not cookies:
            return problems.MISSING
        found: Genuine | None = None
        if cookies.jwts or not cookies.tokens:
            genuine = yield from self._genuine(cookies.jwts, verifier)
            if isinstance(genuine, Problem):
                return genuine
            if self._is_current(genuine, max_age):
                return genuine
            found = genuine
        token = cookies.tokens[0] if len(cookies.tokens) == 1 else None
        if found is None and token is None:
            return problems.AMBIGUOUS
        jwt, session_id = (found.session_jwt, found.session.member_session_id) if found else (None, None)
        current = yield from self._current(Credential(token, jwt, session_id), max_age, verifier, send)
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
            if newest is not None and newest.session.member_session_id != session.member_session_id:
                return problems.AMBIGUOUS
            if newest is None or validity.issued_at > newest.validity.issued_at:
                newest = Genuine(session, session_jwt, validity)
        return problem if newest is None else newest

    def _is_current(self, found: Genuine, max_age: float | None) -> bool:
        """Return whether a session needs no call."""
        return found.is_fresh(self._clock(), max_age) and not self._sessions.has_ended(found.session.member_session_id)

    def _current(
        self, credential: Credential, max_age: float | None, verifier: Verifier, send: SendRequest
    ) -> Flow[Current | Problem]:
        if credential.member_session_id is not None and self._sessions.has_ended(credential.member_session_id):
            return problems.ENDED
        try:
            current = yield from self._renewed(credential, max_age, verifier, send)
        except SessionEndedError:
            return problems.ENDED
        if self._sessions.has_ended(current.session.member_session_id):
            return problems.ENDED  # here, while the call was under way
        if credential.member_session_id not in {None, current.session.member_session_id}:
            return problems.AMBIGUOUS
        return current

    def _renewed(self, credential: Credential, max_age: float | None, verifier: Verifier, send: SendRequest) -> Flow[Current]:
        known = self._sessions.successor(credential)
        if known is not None:
            current = yield from self._verified(known, verifier)
            if isinstance(current, Genuine) and current.is_fresh(self._clock(), max_age):
                return current
        renewed = yield from self._sessions.renew(credential, send)
        return (yield from self._verified(renewed, verifier))

    def _verified(self, renewed: Renewed, verifier: Verifier) -> Flow[Current]:
        """Return the session from its new JWT or, if that cannot be verified, from the API's response, which is as reliable."""
        try:
            session, validity = yield from verifier.genuine_session(renewed.session_jwt)
        except TokenError as error:
            self._say_once(_UNVERIFIABLE, type(error).__name__)
            if renewed.session is None:
                raise DecodeError("the response has no session", 200) from None
            return Current(renewed.session, renewed.session_jwt)
        return Genuine(session, renewed.session_jwt, validity)

    def _set_cookies(self, case: Case, token: str | None, current: Current) -> None:
        session_jwt = current.session_jwt if isinstance(current, Genuine) else ""
        if not fits(case.names.jwt, session_jwt):
            self._say_once(_TOO_LONG, len(session_jwt))
            if not case.session.jwts:
                session_jwt = ""  # there is none to delete
        case.set_session(
            session_token=token or "" if self._extends else "",
            session_jwt=session_jwt,
            max_age=current.session.expires_at.timestamp() - self._clock(),
        )

    def _say_once(self, message: str, detail: object) -> None:
        if message not in self._said:
            self._said.add(message)
            logger.warning(message, detail)


_TOO_LONG: Final = (
    "a session JWT of %d characters does not fit into a cookie: such JWTs are left out, and sessions found by their token, which "
    "takes a call more often; custom claims make JWTs long"
)
_UNVERIFIABLE: Final = (
    "the JWT of a renewed session cannot be verified (%s): sessions are asked for at each request; does the JWT template have an "
    "audience or issuer that `verification` does not name?"
)
