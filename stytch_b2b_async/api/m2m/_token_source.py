"""A machine's token, kept at hand: fetched once for all who ask, and renewed before it ends."""

from collections.abc import Coroutine
from time import monotonic
from typing import TYPE_CHECKING, Any, overload

import attrs

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.concurrency.refreshing import Entry, RefreshingValue
from stytch_b2b_async.endpoint import Async, Blocking, Mode, Namespace, Send
from stytch_b2b_async.errors import DecodeError, StytchError, about
from stytch_b2b_async.runtime.local import LocalRequest, SendRequest
from stytch_b2b_async.schema.validation import MAX_SECONDS
from stytch_b2b_async.verify.verifier import Verifier

if TYPE_CHECKING:
    from ._token import GetToken

REFRESH_MARGIN = 60.0
"""Seconds before its end that a token is renewed, while it still serves; a tenth of its life where that is less."""
BLOCKING_MARGIN = 10.0
"""Seconds before its end that a token serves only while it cannot be renewed; a sixth of those where that is less."""
RETRY = 5.0
"""Seconds between two renewals that fail, while the token at hand still serves."""


class TokenSource(Namespace[Mode]):
    """Hands out a valid token of one machine-to-machine client, to any number of callers, with as few requests as can be."""

    def __init__(self, send: Send, request: "GetToken") -> None:
        super().__init__(send)
        self._state = _State(request)

    @overload
    def token(self: "TokenSource[Async]") -> Coroutine[Any, Any, str]: ...
    @overload
    def token(self: "TokenSource[Blocking]") -> str: ...
    def token(self) -> Any:
        """Get a token that holds for a while: the one at hand, or a new one. Raises what `m2m.token` raises."""
        return self._send(_CurrentToken(self._state))

    def discard(self, token: str | None = None) -> None:
        """Forget the token at hand, because somebody refused it: the next caller gets a new one.

        Given the token that was refused, it does nothing when another is at hand by now.
        """
        entry = self._state.token.entry
        if token is None or (entry is not None and token == entry.value):
            self._state.token.discard()

    def __repr__(self) -> str:
        return f"TokenSource(client_id={self._state.request.client_id!r})"


class _State:
    """The token at hand, and how to get the next."""

    send: SendRequest
    """Of the view that asked last."""

    def __init__(self, request: "GetToken") -> None:
        self.request = request
        self.token = RefreshingValue(self._fetched, StytchError, retry_interval=RETRY, clock=monotonic)

    async def _fetched(self) -> Entry[str]:
        response = await self.send(self.request)
        token: str | None = response.access_token
        if not token:
            raise about(DecodeError("the reply has no access_token", response.status_code, response.request_id), self.request)
        life = float(min(max(response.expires_in or 0, 0), MAX_SECONDS))
        margin, expires_at = min(REFRESH_MARGIN, life / 10), monotonic() + life
        return Entry(token, expires_at - margin, expires_at - min(BLOCKING_MARGIN, margin / 6), expires_at)


@attrs.frozen(eq=False, repr=False)
class _CurrentToken(LocalRequest[str]):
    """Ask a source for its token."""

    state: _State

    def __attrs_post_init__(self) -> None:
        """Nothing that a caller gave is to be checked."""

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[str]:
        """Take the token at hand, or get one."""
        self.state.send = send
        return self.state.token.get()
