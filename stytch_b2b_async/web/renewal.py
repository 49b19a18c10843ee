"""Renew sessions whose JWT is stale: one call per credential, shared by all who wait for it."""

import threading
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from weakref import WeakValueDictionary

import attrs

from stytch_b2b_async.api.sessions import Authenticate
from stytch_b2b_async.concurrency import fork_safety
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.concurrency.single_flight import SingleFlight
from stytch_b2b_async.errors import (
    BadRequestError,
    NotAuthenticatedError,
    NotFoundError,
    StytchError,
)
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.runtime.local import SendRequest

from .memory import Memory

MAX_SUCCESSORS = 8_192
"""JWTs that are remembered as successors, about 1 KB each."""
MAX_REFUSED = 8_192
MAX_ENDED = 65_536
JWT_LIFE = 300.0
"""Seconds that a JWT is valid."""
REFUSED_FOR = 30.0
"""Seconds for which the API is not asked again about a credential that it has refused."""
_MARGIN = 60.0


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
        return digest(self.session_token or self.session_jwt or "")


@attrs.frozen(eq=False)
class Renewed:
    """A renewed session."""

    session_jwt: str = attrs.field(repr=False)
    session_token: str = attrs.field(repr=False)
    """`""` if the API gave none, as for a JWT."""
    session: MemberSession


class SessionEndedError(Exception):
    """The session is unknown, expired or revoked. It never leaves this package."""


def digest(secret: str) -> bytes:
    """Return the digest under which a secret is remembered."""
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
        self._flights: WeakValueDictionary[bytes, SingleFlight[Renewed]] = WeakValueDictionary()
        self._lock = threading.Lock()
        fork_safety.register(self)

    def reset_after_fork(self) -> None:
        """Reset in a forked child."""
        self._lock = threading.Lock()

    def end(self, member_session_id: str) -> None:
        """Remember that a session has ended, for as long as one of its JWTs could be valid."""
        self._ended.set(member_session_id, True, self._clock() + JWT_LIFE + _MARGIN)  # noqa: FBT003  # a value, no switch

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

        Raises SessionEndedError, and any other error of `sessions.authenticate`.
        """
        try:
            renewed: Renewed = yield partial(self._flight(credential, send).wait, 0)
        except (NotAuthenticatedError, NotFoundError, BadRequestError):
            raise SessionEndedError from None
        return renewed

    def _flight(self, credential: Credential, send: SendRequest) -> SingleFlight[Renewed]:
        key = credential.key
        with self._lock:
            flight = self._flights.get(key)
            if flight is None:
                flight = SingleFlight(partial(self._authenticate, credential, send), StytchError)
                self._flights[key] = flight
            return flight

    async def _authenticate(self, credential: Credential, send: SendRequest) -> Renewed:
        key = credential.key
        try:
            response = await send(
                Authenticate(
                    session_token=credential.session_token,
                    session_jwt=None if credential.session_token else credential.session_jwt,
                    session_duration_minutes=self._extend,
                )
            )
        except (NotAuthenticatedError, NotFoundError, BadRequestError):
            self._refused.set(key, True, self._clock() + REFUSED_FOR)  # noqa: FBT003  # a value, no switch
            raise
        finally:
            self._flights.pop(key, None)
        renewed = Renewed(response.session_jwt, response.session_token or "", response.member_session)
        until = self._clock() + JWT_LIFE
        for secret in (credential.session_token, credential.session_jwt):
            if secret:
                self._successors.set(digest(secret), renewed, until)
        return renewed
