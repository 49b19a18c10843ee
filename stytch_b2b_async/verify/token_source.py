"""A machine's token, kept at hand: fetched once for all who ask, and renewed before it ends."""

from collections.abc import Coroutine
from time import monotonic
from typing import TYPE_CHECKING, Any, overload

import attrs

from stytch_b2b_async.endpoint import Async, Blocking, LocalRequest, M, Namespace, Send
from stytch_b2b_async.errors import StytchError

from .desk import Desk, Exchange
from .flight import SingleFlight
from .steps import Steps

if TYPE_CHECKING:
    from stytch_b2b_async.api.m2m import GetToken

RENEW_BEFORE = 60.0
"""Seconds before its end that a token is renewed; a tenth of its life where that is less."""


class TokenSource(Namespace[M]):
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

    def discard(self) -> None:
        """Forget the token at hand, because somebody refused it: the next caller gets a new one."""
        self._held.renew_at = float("-inf")
        self._held.ends_at = float("-inf")

    def __repr__(self) -> str:
        return f"TokenSource(client_id={self._held.request.client_id!r})"


class _Held:
    """The token at hand, and how to get the next."""

    def __init__(self, request: "GetToken") -> None:
        self.request = request
        self.renew_at = float("-inf")
        self.ends_at = float("-inf")
        self._token = ""
        self._flight: SingleFlight[None] | None = None

    def steps(self, exchange: Exchange) -> Steps[str]:
        if monotonic() < self.renew_at:
            return self._token
        if self._flight is None:
            self._flight = SingleFlight(lambda: self._renew(exchange))
        try:
            yield self._flight
        except StytchError:
            if monotonic() >= self.ends_at:
                raise
        return self._token  # renewed, or still good for a while

    async def _renew(self, exchange: Exchange) -> None:
        response = await exchange(self.request)
        life = float(response.expires_in or 0)
        self._token = response.access_token
        self.ends_at = monotonic() + life
        self.renew_at = self.ends_at - min(RENEW_BEFORE, life / 10)


@attrs.frozen(eq=False, repr=False)
class _CurrentToken(LocalRequest[str]):
    """Ask a source for its token."""

    held: _Held

    def __attrs_post_init__(self) -> None:
        """Nothing that a caller gave is to be checked."""

    def steps(self, desk: Desk, exchange: Exchange) -> Steps[str]:  # a step like any other
        """Take the token at hand, or get one."""
        return self.held.steps(exchange)
