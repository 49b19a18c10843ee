"""Renew sessions whose JWT is stale: one call per credential, shared by all who wait for it."""

import threading
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Final
from weakref import WeakValueDictionary

import attrs

from stytch_b2b_async.api.sessions import Authenticate, AuthenticateResponse
from stytch_b2b_async.concurrency import fork_safety
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.concurrency.single_flight import SingleFlight
from stytch_b2b_async.errors import (
    APIStatusError,
    BadRequestError,
    MemberNotFoundError,
    NotAuthenticatedError,
    OrganizationNotFoundError,
    RateLimitError,
    StytchError,
)
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.runtime.local import SendRequest

from .memory import Allowance, Memory

MAX_SUCCESSORS: Final = 8_192
"""JWTs that are remembered as successors, about 1 KB each."""
MAX_REFUSED: Final = 8_192
MAX_ENDED: Final = 65_536
JWT_LIFE: Final = 300.0
"""Seconds that a JWT is valid."""
REFUSED_FOR: Final = 30.0
"""Seconds for which the API is not asked again about a credential that it has refused."""
STRANGERS: Final = 60
"""Session tokens in a row that the API may refuse, and one more per second: it throttles projects that forward junk."""
_MARGIN: Final = 60.0
_INVALID: Final = frozenset({"invalid_session_token", "invalid_session_jwt", "unable_to_parse_session_jwt"})
_CANNOT_EXTEND: Final = frozenset({"session_not_mutable"})


@attrs.frozen(eq=False)
class Credential:
    """What a session is renewed with: its token, or else a JWT of it."""

    session_token: str | None = attrs.field(repr=False)
    session_jwt: str | None = attrs.field(repr=False)
    """Genuine."""
    member_session_id: str | None
    """Of that JWT."""

    @property
    def key(self) -> bytes:
        """A digest under which it is remembered."""
        return _digest(self.session_token or self.session_jwt or "")


@attrs.frozen(eq=False)
class Renewed:
    """A renewed session."""

    session_jwt: str = attrs.field(repr=False)
    session: MemberSession | None
    """None only if the response did not match its declaration."""


class SessionEndedError(Exception):
    """The session is unknown, expired or revoked. It never leaves this package."""


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("latin-1", "replace")).digest()


class Sessions:
    """What is known about sessions beyond their JWTs, in all threads and event loops of a process.

    - `extend`: minutes from now to which a renewal extends the session.
    """

    def __init__(self, extend: int | None = None, clock: Callable[[], float] = time.time) -> None:
        self._extend = extend
        self._clock = clock
        self._successors: Memory[bytes, Renewed] = Memory(MAX_SUCCESSORS, clock)
        self._refused: Memory[bytes, bool] = Memory(MAX_REFUSED, clock)
        self._ended: Memory[str, bool] = Memory(MAX_ENDED, clock)
        self._strangers = Allowance(STRANGERS, clock)
        self._flights: WeakValueDictionary[bytes, SingleFlight[Renewed]] = WeakValueDictionary()
        self._lock = threading.Lock()
        fork_safety.register(self)

    def reset_after_fork(self) -> None:
        """Reset in a forked child."""
        self._lock = threading.Lock()

    def end(self, member_session_id: str) -> None:
        """Remember that a session has ended, for as long as one of its JWTs could be valid."""
        self._ended.set(member_session_id, value=True, until=self._clock() + JWT_LIFE + _MARGIN)

    def has_ended(self, member_session_id: str) -> bool:
        """Return whether a session is known to have ended."""
        return self._ended.get(member_session_id) is not None

    def successor(self, credential: Credential) -> Renewed | None:
        """Return what a credential was last renewed to, if it is remembered. Raises SessionEndedError if it was refused."""
        if self._refused.get(credential.key) is not None:
            raise SessionEndedError
        return self._successors.get(credential.key)

    def renew(self, credential: Credential, send: SendRequest) -> Flow[Renewed]:
        """Renew a session by a call, or wait for the one under way.

        Raises SessionEndedError, and any other error of `sessions.authenticate`; RateLimitError without a call if too many session
        tokens were refused that nothing vouches for.
        """
        self.admit(credential)
        try:
            renewed: Renewed = yield partial(self._flight(credential, send).wait, 0)
        except StytchError as error:
            if not _has_ended(error):
                raise
            self.count_refusal(credential, error)
        else:
            return renewed
        if credential.member_session_id is not None:
            self.end(credential.member_session_id)
        raise SessionEndedError

    def admit(self, credential: Credential) -> None:
        """Raise RateLimitError for a session token that nothing vouches for, if too many of those were refused."""
        if credential.member_session_id is None and not self._strangers.is_left:
            raise RateLimitError(429, "too_few_tokens_authenticated", retry_after=1.0)

    def count_refusal(self, credential: Credential, error: StytchError) -> None:
        """Count a call that has failed, if nothing vouched for its session token."""
        if credential.member_session_id is None and _has_ended(error):
            self._strangers.spend()

    def by_token(self, session_token: str) -> Credential:
        """Return the credential of a session token, whose session is known if it was renewed here."""
        known = self._successors.get(_digest(session_token))
        session = None if known is None else known.session
        return Credential(session_token, None, None if session is None else session.member_session_id)

    def end_by(self, credential: Credential) -> None:
        """Refuse a credential from now on, and the JWTs of its session: as `end`, for one that may not be known by its id."""
        self._refused.set(credential.key, value=True, until=self._clock() + JWT_LIFE + _MARGIN)
        self._successors.forget(credential.key)
        if credential.member_session_id is not None:
            self.end(credential.member_session_id)

    def _flight(self, credential: Credential, send: SendRequest) -> SingleFlight[Renewed]:
        key = credential.key
        with self._lock:
            flight = self._flights.get(key)
            if flight is None:
                flight = SingleFlight(partial(self._renewed, credential, send), StytchError)
                self._flights[key] = flight
            return flight

    async def _renewed(self, credential: Credential, send: SendRequest) -> Renewed:
        """Renew it, and remember the result even if nobody waits any more."""
        try:
            response = await self._authenticate(credential, send)
        except StytchError as error:
            if _has_ended(error):
                self._refused.set(credential.key, value=True, until=self._clock() + REFUSED_FOR)
            raise
        finally:
            self._flights.pop(credential.key, None)
        renewed = Renewed(response.session_jwt or "", response.member_session)
        if renewed.session is not None and self._refused.get(credential.key) is not None:
            self.end(renewed.session.member_session_id)  # logged out while the call was under way
        for secret in (credential.session_token, credential.session_jwt):
            if secret:
                self._successors.set(_digest(secret), renewed, self._clock() + JWT_LIFE)
        return renewed

    async def _authenticate(self, credential: Credential, send: SendRequest) -> AuthenticateResponse:
        token = credential.session_token
        jwt = None if token else credential.session_jwt
        try:
            return await send(Authenticate(session_token=token, session_jwt=jwt, session_duration_minutes=self._extend))
        except BadRequestError as error:
            if error.error_type not in _CANNOT_EXTEND or self._extend is None:
                raise
        return await send(Authenticate(session_token=token, session_jwt=jwt))


def _has_ended(error: StytchError) -> bool:
    """Return whether an error says that there is no such session, rather than that a call cannot be made."""
    if isinstance(error, NotAuthenticatedError | MemberNotFoundError | OrganizationNotFoundError):
        return True
    return isinstance(error, APIStatusError) and error.error_type in _INVALID
