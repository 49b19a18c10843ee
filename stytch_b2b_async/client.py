"""The clients: `Client` for async code, `BlockingClient` for synchronous code."""

from collections.abc import AsyncIterable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Never, Self, TypeVar, Unpack, cast

import aiohttp

from stytch_b2b_async.runtime.blocking import LoopRunner
from stytch_b2b_async.runtime.blocking_sender import BlockingSender
from stytch_b2b_async.runtime.instrumentation import Instrumentation
from stytch_b2b_async.runtime.local import Steps
from stytch_b2b_async.runtime.sender import ClientState, Options, Sender

from ._client_settings import shown, transport_of, unknown_argument, verifier_maker
from ._tracebacks import clean_traceback
from .api import Api
from .config import DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_ATTEMPTS, DEFAULT_TIMEOUT, Config
from .endpoint import Async, Blocking, Request
from .transport import Transport

if TYPE_CHECKING:
    from os import PathLike

    from stytch_b2b_async.batch import Batch, BlockingBatch, Journal
    from stytch_b2b_async.verify.options import Verification

    from .hooks import Hooks

R = TypeVar("R")

_NOT_A_REQUEST = "send takes a request object, such as those of stytch_b2b_async.api, not {}"


class Client(Api[Async]):
    """Async client of the Stytch B2B API.

    ```python
    async with Client("project-test-…", "secret-test-…") as stytch:
        await stytch.passwords.email.require_reset(email_address="ada@example.com")
    ```

    - `project_id`, `secret`, `base_url`: default to `STYTCH_PROJECT_ID`, `STYTCH_SECRET` and `STYTCH_BASE_URL`. Without a
      `base_url`, the project's id determines Stytch's host, test or live.
    - `fraud_base_url`: host of the fraud endpoints; Stytch's by default.
    - `allow_http`: allow an `http://` base_url to another machine, such as an emulator in another container; defaults to
      `STYTCH_ALLOW_HTTP=1`. The secret is sent unencrypted: test projects only.
    - `session`: an aiohttp session to borrow; it stays open.
    - `transport`: a SessionPool with other settings, or your own Transport.
    - `hooks`: functions to call when calls start and end.
    - `verification`: settings of local token checks.
    - `timeout`: seconds for a whole call: all attempts, retry delays, connecting and reading the response.
    - `connect_timeout`: seconds for making a connection.
    - `max_attempts`: attempts per call; a call is retried only if it cannot act twice.
    - `strict`: raise DecodeError for a response that does not match its declaration, instead of keeping the fields that match.

    One client serves a whole program, including several event loops. Raises ValueError or TypeError for invalid settings.
    """

    @clean_traceback
    def __init__(
        self,
        project_id: str | None = None,
        secret: str | None = None,
        *,
        base_url: str | None = None,
        fraud_base_url: str | None = None,
        allow_http: bool | None = None,
        session: aiohttp.ClientSession | None = None,
        transport: Transport | None = None,
        hooks: "Hooks | None" = None,
        verification: "Verification | None" = None,
        timeout: float = DEFAULT_TIMEOUT,
        connect_timeout: float = DEFAULT_CONNECT_TIMEOUT,
        max_attempts: int = DEFAULT_MAX_ATTEMPTS,
        strict: bool = False,
        **unknown: Never,
    ) -> None:
        if unknown:
            raise unknown_argument(type(self), next(iter(unknown)))
        config = Config.resolve(project_id, secret, base_url, fraud_base_url, allow_http)
        options = Options(timeout=timeout, connect_timeout=connect_timeout, max_attempts=max_attempts, strict=strict)
        shared = ClientState(transport_of(session, transport), Instrumentation(hooks), verifier_maker(verification))
        self._own(Sender(config, shared).with_options(**options))

    def _own(self, sender: Sender, *, view: bool = False) -> None:
        super().__init__(sender.send)
        self._sender = sender
        self._is_view = view

    async def send(self, request: Request[R]) -> R:
        """Send a request object; `client.passwords.email.require_reset(…)` creates one and sends it."""
        if not isinstance(cast("object", request), Request):
            name, request = type(request).__name__, cast("Any", None)  # whatever it is, the frame of the error does not show it
            raise TypeError(_NOT_A_REQUEST.format(name))
        return await self._sender.send(request)

    async def run(self, steps: Steps[R]) -> R:
        """Run steps that check tokens and make calls, such as those of `web.Auth.check`."""
        return await self._sender.run(steps)

    @property
    def base_url(self) -> str:
        """The address that calls go to, without a trailing slash."""
        return self._sender.config.base_url

    @clean_traceback  # the store's URL has a password
    def batch(
        self,
        requests: "Iterable[Request[R]] | AsyncIterable[Request[R]]",
        *,
        concurrency: int = 64,
        rate: str | None = None,
        rate_store: str | None = None,
        ordered: bool = False,
        stop_on: type[BaseException] | tuple[type[BaseException], ...] | None = None,
        journal: "str | PathLike[str] | Journal | None" = None,
    ) -> "Batch[R]":
        """Send many requests, and iterate over what becomes of each.

        - `requests`: any iterable of request objects, asynchronous or not, taken only as fast as outcomes are.
        - `concurrency`: requests in flight, at most; fewer while the API does not keep up.
        - `rate`: calls per second, minute, hour or day and group of endpoints, such as `100/min`; by default, limits that Stytch
          documents.
        - `rate_store`: URL of the Redis that shares the rate with other processes.
        - `ordered`: outcomes in the order of the requests.
        - `stop_on`: errors that end the batch: they are raised after the outcomes of what was sent. No other error of a call does.
        - `journal`: a file from which another run goes on after a crash, or a `Journal`.

        Raises ValueError or TypeError for invalid settings; at the first outcome, JournalError and RateStoreError.
        """
        from .batch.asynchronous import Batch
        from .batch.run import Run

        run = Run(
            self._sender,
            requests,
            concurrency=concurrency,
            rate=rate,
            rate_store=rate_store,
            ordered=ordered,
            stop_on=stop_on,
            journal=journal,
        )
        return Batch(run)

    @clean_traceback
    def with_options(self, **options: Unpack[Options]) -> Self:
        """Return a client with other options that shares this client's connections; closing it leaves them open."""
        view = object.__new__(type(self))
        view._own(self._sender.with_options(**options), view=True)
        return view

    async def close(self) -> None:
        """Close the connections; later calls raise ClientClosedError. Closing twice is harmless."""
        if not self._is_view:
            await self._sender.shared.close()

    async def disconnect(self) -> None:
        """Close the connections of this event loop; later calls make new ones. For a client that outlives its event loops."""
        disconnect = getattr(self._sender.shared.transport, "disconnect", None)
        if disconnect is not None:
            await disconnect()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    if not TYPE_CHECKING:  # type checkers report it without this

        def __enter__(self) -> Never:
            raise TypeError("use `async with` for a Client, or `with BlockingClient(…)`")

        def __exit__(self, *_: object) -> None: ...

    def __repr__(self) -> str:
        return shown(self)


class BlockingClient(Api[Blocking]):
    """Synchronous client of the Stytch B2B API.

    ```python
    with BlockingClient("project-test-…", "secret-test-…") as stytch:
        stytch.passwords.email.require_reset(email_address="ada@example.com")
    ```

    It takes the arguments of `Client`, except `session`. It is thread-safe and fork-safe. Calls run in its own event loop, in a
    background thread that starts with the first call. The loop is asyncio's, or uvloop's with `use_uvloop=True` or
    `STYTCH_USE_UVLOOP=1` (extra `speed`).
    """

    @clean_traceback
    def __init__(
        self,
        project_id: str | None = None,
        secret: str | None = None,
        *,
        base_url: str | None = None,
        fraud_base_url: str | None = None,
        allow_http: bool | None = None,
        transport: Transport | None = None,
        hooks: "Hooks | None" = None,
        verification: "Verification | None" = None,
        use_uvloop: bool | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        connect_timeout: float = DEFAULT_CONNECT_TIMEOUT,
        max_attempts: int = DEFAULT_MAX_ATTEMPTS,
        strict: bool = False,
        **unknown: Never,
    ) -> None:
        if unknown:
            raise unknown_argument(type(self), next(iter(unknown)))
        config = Config.resolve(project_id, secret, base_url, fraud_base_url, allow_http)
        options = Options(timeout=timeout, connect_timeout=connect_timeout, max_attempts=max_attempts, strict=strict)
        shared = ClientState(transport_of(None, transport), Instrumentation(hooks), verifier_maker(verification))
        self._own(Sender(config, shared).with_options(**options), LoopRunner(shared.close, use_uvloop=use_uvloop))

    def _own(self, sender: Sender, runner: LoopRunner, *, view: bool = False) -> None:
        self._blocking = BlockingSender(sender, runner)
        super().__init__(self._blocking.send)
        self._sender = sender
        self._runner = runner
        self._is_view = view

    def send(self, request: Request[R]) -> R:
        """Send a request object; `client.passwords.email.require_reset(…)` creates one and sends it."""
        if not isinstance(cast("object", request), Request):
            name, request = type(request).__name__, cast("Any", None)  # whatever it is, the frame of the error does not show it
            raise TypeError(_NOT_A_REQUEST.format(name))
        response: R = self._send(request)
        return response

    def run(self, steps: Steps[R]) -> R:
        """Run steps that check tokens and make calls, such as those of `web.Auth.check`."""
        return self._blocking.run(steps)

    @property
    def base_url(self) -> str:
        """The address that calls go to, without a trailing slash."""
        return self._sender.config.base_url

    @clean_traceback  # the store's URL has a password
    def batch(
        self,
        requests: "Iterable[Request[R]] | AsyncIterable[Request[R]]",
        *,
        concurrency: int = 64,
        rate: str | None = None,
        rate_store: str | None = None,
        ordered: bool = False,
        stop_on: type[BaseException] | tuple[type[BaseException], ...] | None = None,
        journal: "str | PathLike[str] | Journal | None" = None,
    ) -> "BlockingBatch[R]":
        """Send many requests, and iterate over what becomes of each; see `Client.batch`.

        - `requests`: any iterable of request objects, taken only as fast as outcomes are. One that is not asynchronous may make
          blocking calls; the other runs in the client's event loop.
        - `concurrency`: requests in flight, at most; fewer while the API does not keep up.
        - `rate`: calls per second, minute, hour or day and group of endpoints, such as `100/min`; by default, limits that Stytch
          documents.
        - `rate_store`: URL of the Redis that shares the rate with other processes.
        - `ordered`: outcomes in the order of the requests.
        - `stop_on`: errors that end the batch: they are raised after the outcomes of what was sent. No other error of a call does.
        - `journal`: a file from which another run goes on after a crash, or a `Journal`.

        Raises ValueError or TypeError for invalid settings; at the first outcome, JournalError and RateStoreError.
        """
        from .batch.blocking import BlockingBatch, Feed
        from .batch.run import Run

        feed: Feed[R] = Feed()
        blocking = requests if isinstance(requests, Iterable) else None
        run = Run(
            self._sender,
            requests if blocking is None else feed,
            concurrency=concurrency,
            rate=rate,
            rate_store=rate_store,
            ordered=ordered,
            stop_on=stop_on,
            journal=journal,
        )
        return BlockingBatch(run, blocking, feed, self._runner)

    @clean_traceback
    def with_options(self, **options: Unpack[Options]) -> Self:
        """Return a client with other options that shares this client's connections; closing it leaves them open."""
        view = object.__new__(type(self))
        view._own(self._sender.with_options(**options), self._runner, view=True)
        return view

    def close(self) -> None:
        """Close the connections and stop the thread; later calls raise ClientClosedError. Closing twice is harmless."""
        if not self._is_view:
            self._runner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    if not TYPE_CHECKING:  # type checkers report it without this

        async def __aenter__(self) -> Never:
            raise TypeError("use `with` for a BlockingClient, or `async with Client(…)`")

        async def __aexit__(self, *_: object) -> None: ...

    def __repr__(self) -> str:
        return shown(self)
