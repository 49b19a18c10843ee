"""A source of M2M tokens: fetched once for all callers, and refreshed before they expire."""

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
"""Seconds before expiry at which a token is refreshed in the background; at most a tenth of its lifetime."""
BLOCKING_MARGIN = 10.0
"""Seconds before expiry from which callers wait for the refresh; at most a sixth of the refresh margin."""
ERROR_RETRY_INTERVAL = 5.0
"""Seconds between failed refreshes, while the current token is still valid."""


class TokenSource(Namespace[Mode]):
    """Returns a valid token of one machine-to-machine client to any number of callers, with as few requests as possible."""

    def __init__(self, send: Send, request: "GetToken") -> None:
        super().__init__(send)
        self._state = _State(request)

    @overload
    def token(self: "TokenSource[Async]") -> Coroutine[Any, Any, str]: ...
    @overload
    def token(self: "TokenSource[Blocking]") -> str: ...
    def token(self) -> Any:
        """Return a token that remains valid for a while, cached or new. Raises what `m2m.token` raises."""
        return self._send(_CurrentToken(self._state))

    def discard(self, token: str | None = None) -> None:
        """Discard the cached token after a service has rejected it: the next caller gets a new one.

        Given the rejected token, it does nothing if another one has been cached since.
        """
        entry = self._state.token.entry
        if token is None or (entry is not None and token == entry.value):
            self._state.token.discard()

    def __repr__(self) -> str:
        return f"TokenSource(client_id={self._state.request.client_id!r})"


class _State:
    """The cached token, and how to fetch the next."""

    send: SendRequest
    """Of the `with_options` copy that asked last."""

    def __init__(self, request: "GetToken") -> None:
        self.request = request
        self.token = RefreshingValue(self._fetched, StytchError, retry_interval=ERROR_RETRY_INTERVAL, clock=monotonic)

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
    """Get the token of a source."""

    state: _State

    def __attrs_post_init__(self) -> None:
        """Validate nothing: the fields are not from the caller."""

    def steps(self, verifier: Verifier, send: SendRequest) -> Flow[str]:
        """Return the cached token, or fetch one."""
        self.state.send = send
        return self.state.token.get()
