"""A machine's token, kept at hand: fetched once for all who ask, and renewed before it ends."""

from collections.abc import Coroutine
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, overload

import attrs

from stytch_b2b_async.concurrency.single_flight import SingleFlight
from stytch_b2b_async.config import MAX_SECONDS
from stytch_b2b_async.endpoint import Async, Blocking, LocalRequest, Mode, Namespace, Send
from stytch_b2b_async.errors import DecodeError, StytchError, about
from stytch_b2b_async.verify.flow import Flow
from stytch_b2b_async.verify.verifier import Exchange, Verifier

if TYPE_CHECKING:
    from ._token import GetToken

REFRESH_MARGIN = 60.0
"""Seconds before its end that a token is renewed, while it still serves; a tenth of its life where that is less."""
BLOCKING_MARGIN = 10.0
"""Seconds before its end that a token serves only while it cannot be renewed; a sixth of those where that is less."""
RETRY = 5.0
"""Seconds between two renewals that fail, while the token at hand still serves."""

_NEVER = float("-inf")


class TokenSource(Namespace[Mode]):
    """Hands out a valid token of one machine-to-machine client, to any number of callers, with as few requests as can be."""

    def __init__(self, send: Send, request: "GetToken") -> None:
        super().__init__(send)
        self._held = _Held(request)

    @overload
    def token(self: "TokenSource[Async]") -> Coroutine[Any, Any, str]: ...
    @overload
    def token(self: "TokenSource[Blocking]") -> str: ...
    def token(self) -> Any:
        """Get a token that holds for a while: the one at hand, or a new one. Raises what `m2m.token` raises."""
        return self._send(_CurrentToken(self._held))

    def discard(self, token: str | None = None) -> None:
        """Forget the token at hand, because somebody refused it: the next caller gets a new one.

        Given the token that was refused, it does nothing when another is at hand by now.
        """
        if token in {None, self._held.token}:
            self._held.forget()

    def __repr__(self) -> str:
        return f"TokenSource(client_id={self._held.request.client_id!r})"


class _Held:
    """The token at hand, and how to get the next."""

    _exchange: Exchange

    def __init__(self, request: "GetToken") -> None:
        self.request = request
        self.token = ""
        self._renewal = SingleFlight(self._renewed)
        self.forget()

    def forget(self) -> None:
        self._renew_at = self._wait_at = self._ends_at = _NEVER

    def steps(self, exchange: Exchange) -> Flow[str]:
        self._exchange = exchange
        now, seen = monotonic(), self._renewal.landings  # before the look: what lands after it counts
        if now < self._wait_at:
            if now >= self._renew_at:
                yield partial(self._renewal.begin, seen)  # the old token serves while the new one comes
            return self.token
        if self._ends_at > now and self._renew_at > now:
            return self.token  # a renewal failed a moment ago
        try:
            yield partial(self._renewal.wait, seen)
        except StytchError:
            if monotonic() >= self._ends_at:
                raise
        return self.token  # renewed, or still good for a while

    async def _renewed(self) -> None:
        try:
            response = await self._exchange(self.request)
        except StytchError:
            self._renew_at = monotonic() + RETRY
            raise
        token: str | None = response.access_token
        if not token:
            raise about(DecodeError("the reply has no access_token", response.status_code, response.request_id), self.request)
        life = float(min(max(response.expires_in or 0, 0), MAX_SECONDS))
        margin = min(REFRESH_MARGIN, life / 10)
        self.token, self._ends_at = token, monotonic() + life
        self._renew_at, self._wait_at = self._ends_at - margin, self._ends_at - min(BLOCKING_MARGIN, margin / 6)


@attrs.frozen(eq=False, repr=False)
class _CurrentToken(LocalRequest[str]):
    """Ask a source for its token."""

    held: _Held

    def __attrs_post_init__(self) -> None:
        """Nothing that a caller gave is to be checked."""

    def steps(self, verifier: Verifier, exchange: Exchange) -> Flow[str]:  # a step like any other
        """Take the token at hand, or get one."""
        return self.held.steps(exchange)
