"""The clients: `Client` for async code, `BlockingClient` for synchronous code."""

from collections.abc import AsyncIterable, Callable, Iterable
from functools import partial
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Never, Self, TypeVar, Unpack, cast

import aiohttp

from stytch_b2b_async.concurrency.flow import Fetch, Finished, run_sync
from stytch_b2b_async.concurrency.lazy_imports import load
from stytch_b2b_async.runtime.blocking import LoopRunner
from stytch_b2b_async.runtime.instrumentation import Instrumentation
from stytch_b2b_async.runtime.local import LocalRequest, SendRequest, Steps
from stytch_b2b_async.runtime.sender import ClientState, MakeVerifier, Options, Sender

from ._tracebacks import clean_traceback
from .api import Api
from .config import DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_ATTEMPTS, DEFAULT_TIMEOUT, Config, unknown_option
from .endpoint import Async, Blocking, Request
from .errors import APITimeoutError, ClientClosedError
from .transport import BorrowedSession, SessionPool, Transport

if TYPE_CHECKING:
    from os import PathLike

    from stytch_b2b_async.batch import Batch, BlockingBatch, Journal
    from stytch_b2b_async.verify.options import Verification
    from stytch_b2b_async.verify.verifier import Verifier

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
            raise _unknown(type(self), next(iter(unknown)))
        config = Config.resolve(project_id, secret, base_url, fraud_base_url, allow_http)
        options = Options(timeout=timeout, connect_timeout=connect_timeout, max_attempts=max_attempts, strict=strict)
        shared = ClientState(_transport(session, transport), Instrumentation(hooks), _verifier_maker(verification))
        self._own(Sender(config, shared).with_options(**options))

    def _own(self, caller: Sender, *, view: bool = False) -> None:
        super().__init__(caller.send)
        self._sender = caller
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
        return _shown(self)


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
            raise _unknown(type(self), next(iter(unknown)))
        config = Config.resolve(project_id, secret, base_url, fraud_base_url, allow_http)
        options = Options(timeout=timeout, connect_timeout=connect_timeout, max_attempts=max_attempts, strict=strict)
        shared = ClientState(_transport(None, transport), Instrumentation(hooks), _verifier_maker(verification))
        self._own(Sender(config, shared).with_options(**options), LoopRunner(shared.close, use_uvloop=use_uvloop))

    def _own(self, caller: Sender, runner: LoopRunner, *, view: bool = False) -> None:
        self._blocking = _Blocking(caller, runner)
        super().__init__(self._blocking.send)
        self._sender = caller
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
        return _shown(self)


class _Blocking:
    """Send requests from any thread; local checks run in the caller's thread."""

    def __init__(self, caller: Sender, runner: LoopRunner) -> None:
        self._sender = caller
        self._runner = runner

    def send(self, request: Request[R]) -> R:
        if isinstance(request, LocalRequest):
            answer: R = self.run(request.steps)
            return answer
        try:
            response: R = self._runner.call(partial(self._sender.send_http, request), self._sender.config.timeout)
        except (ClientClosedError, APITimeoutError) as error:  # the runner does not know the request
            error.request = error.request or request
            raise
        return response

    @clean_traceback  # the frames of a check hold the token
    def run(self, steps: Steps[R]) -> R:
        flow = steps(self._sender.verifier, self._sender.send_http)
        if type(flow) is Finished:  # faster than isinstance, as it derives from an abstract class
            return cast("Finished[R]", flow).value
        return run_sync(flow, _Fetches(self._sender, self._runner))


class _Fetches:
    """Await what a flow needs, in another thread: one timeout for all of it."""

    def __init__(self, sender: Sender, runner: LoopRunner) -> None:
        self._sender = sender
        self._runner = runner
        self._end: float | None = None

    def __call__(self, fetch: Fetch) -> Any:
        left = timeout = self._sender.config.timeout
        if self._end is None:
            self._end = monotonic() + timeout
        else:
            left = max(0.0, self._end - monotonic())
        return self._runner.call(partial(self._sender.within_deadline, fetch, left), left)


def _unknown(client_class: type, name: str) -> TypeError:
    from inspect import Parameter, signature  # needed by errors alone

    if name == "session":
        return TypeError("a BlockingClient has its own event loop and cannot borrow a session: pass a transport, or use Client")
    parameters = signature(client_class).parameters.values()
    return unknown_option(name, [each.name for each in parameters if each.kind is not Parameter.VAR_KEYWORD])


def _transport(session: aiohttp.ClientSession | None, transport: Transport | None) -> Transport:
    if session is None:
        if transport is not None and not callable(getattr(transport, "send", None)):
            raise TypeError(f"transport must be a Transport, which has the method send, not {type(transport).__name__}")
        return SessionPool() if transport is None else transport
    if transport is not None:
        raise ValueError("pass either session or transport, not both")
    if not isinstance(cast("object", session), aiohttp.ClientSession):
        raise TypeError(f"session must be an aiohttp.ClientSession, not {type(session).__name__}")
    return BorrowedSession(session)


def _verifier_maker(verification: "Verification | None") -> "MakeVerifier":
    if verification is not None:
        from stytch_b2b_async.verify.options import Verification  # which whoever has such an object has imported

        if not isinstance(cast("object", verification), Verification):
            raise TypeError(f"verification must be a Verification, not {type(verification).__name__}")
    return partial(_make_verifier, verification)


def _make_verifier(verification: "Verification | None", config: Config, send: SendRequest) -> "Verifier":
    return load(_import_make_verifier)(verification, config, send)


def _import_make_verifier() -> "Callable[[Verification | None, Config, SendRequest], Verifier]":
    from .api._verifier import make_verifier  # loaded when a token is first checked

    return make_verifier


def _shown(client: Any) -> str:
    name, caller = type(client).__name__, client.__dict__.get("_sender")
    if caller is None:
        return f"<{name} that was refused its settings>"
    return f"{name}(project_id={caller.config.project_id!r}, base_url={caller.config.base_url!r})"
