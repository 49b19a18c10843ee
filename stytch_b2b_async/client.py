"""The client, awaited or blocking."""

from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, cast

import aiohttp

from .api import Api
from .blocking import Portal
from .caller import Caller, Options, Shared
from .config import Config
from .endpoint import Async, Blocking, LocalRequest, Request
from .errors import ClientClosedError
from .observe import Watch
from .transport import BorrowedSession, SessionPool, Transport
from .verify.steps import Fetch, blocking

if TYPE_CHECKING:
    from .hooks import Hooks
    from .verify.options import Verification

R = TypeVar("R")


class Client(Api[Async]):
    """The Stytch B2B API, awaited.

    ```python
    async with Client("project-test-…", "secret-test-…") as stytch:
        await stytch.passwords.email.require_reset(email_address="ada@example.com")
    ```

    `project_id`, `secret` and `base_url` fall back to `STYTCH_PROJECT_ID`, `STYTCH_SECRET` and `STYTCH_BASE_URL`. Without a
    `base_url` the project's id chooses the vendor's host, test or live. `session` lends an aiohttp session, which stays open;
    `transport` takes the place of aiohttp; `hooks` are told what happens; `verification` says how tokens are checked on this
    machine. The other options are those of `with_options`.

    One client serves a whole program, from several event loops too. Raises ValueError or TypeError for settings that cannot work.
    """

    def __init__(
        self,
        project_id: str | None = None,
        secret: str | None = None,
        *,
        base_url: str | None = None,
        fraud_base_url: str | None = None,
        session: aiohttp.ClientSession | None = None,
        transport: Transport | None = None,
        hooks: "Hooks | None" = None,
        verification: "Verification | None" = None,
        **options: Unpack[Options],
    ) -> None:
        config = Config.resolve(project_id, secret, base_url, fraud_base_url)
        shared = Shared(_transport(session, transport), Watch(hooks), verification)
        self._own(Caller(config, shared).with_options(**options))

    def _own(self, caller: Caller, *, view: bool = False) -> None:
        super().__init__(caller.send)
        self._caller = caller
        self._is_view = view

    async def send(self, request: Request[R]) -> R:
        """Send a request value; `client.passwords.email.require_reset(…)` makes one and sends it."""
        return await self._caller.send(request)

    def with_options(self, **options: Unpack[Options]) -> Self:
        """Make a view with other options: it shares this client's connections, and closing it leaves them open."""
        view = object.__new__(type(self))
        view._own(self._caller.with_options(**options), view=True)
        return view

    async def close(self) -> None:
        """Close the connections; calls after that raise ClientClosedError. Closing again is harmless."""
        if not self._is_view:
            await _close(self._caller.shared.transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return _shown(self, self._caller)


class BlockingClient(Api[Blocking]):
    """The Stytch B2B API, from ordinary code.

    ```python
    with BlockingClient("project-test-…", "secret-test-…") as stytch:
        stytch.passwords.email.require_reset(email_address="ada@example.com")
    ```

    It takes what `Client` takes but a session, and makes its calls in an event loop of its own, in a thread that starts with the
    first of them. One client serves any number of threads, before and after a fork.
    """

    def __init__(
        self,
        project_id: str | None = None,
        secret: str | None = None,
        *,
        base_url: str | None = None,
        fraud_base_url: str | None = None,
        transport: Transport | None = None,
        hooks: "Hooks | None" = None,
        verification: "Verification | None" = None,
        **options: Unpack[Options],
    ) -> None:
        config = Config.resolve(project_id, secret, base_url, fraud_base_url)
        shared = Shared(_transport(None, transport), Watch(hooks), verification)
        self._own(Caller(config, shared).with_options(**options), Portal(partial(_close, shared.transport)))

    def _own(self, caller: Caller, portal: Portal, *, view: bool = False) -> None:
        super().__init__(_Blocking(caller, portal).send)
        self._caller = caller
        self._portal = portal
        self._is_view = view

    def send(self, request: Request[R]) -> R:
        """Send a request value; `client.passwords.email.require_reset(…)` makes one and sends it."""
        response: R = self._send(request)
        return response

    def with_options(self, **options: Unpack[Options]) -> Self:
        """Make a view with other options: it shares this client's connections, and closing it leaves them open."""
        view = object.__new__(type(self))
        view._own(self._caller.with_options(**options), self._portal, view=True)
        return view

    def close(self) -> None:
        """Close the connections and end the thread; calls after that raise ClientClosedError. Closing again is harmless."""
        if not self._is_view:
            self._portal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return _shown(self, self._caller)


class _Blocking:
    """Sends from any thread; what can be answered on this machine is answered in the caller's own."""

    def __init__(self, caller: Caller, portal: Portal) -> None:
        self._caller = caller
        self._portal = portal

    def send(self, request: Request[R]) -> R:
        if isinstance(request, LocalRequest):
            answer: R = blocking(request.steps(self._caller.desk, self._caller.exchange), self._fetch)
            return answer
        try:
            response: R = self._portal.call(partial(self._caller.exchange, request))
        except ClientClosedError as closed:  # of the portal, which knows no requests
            closed.request = closed.request or request
            raise
        return response

    def _fetch(self, fetch: Fetch) -> Any:
        return self._portal.call(partial(self._caller.within_deadline, fetch))


def _transport(session: aiohttp.ClientSession | None, transport: Transport | None) -> Transport:
    if session is None:
        return SessionPool() if transport is None else transport
    if transport is not None:
        raise ValueError("session and transport exclude each other")
    if not isinstance(cast("object", session), aiohttp.ClientSession):
        raise TypeError(f"session must be an aiohttp.ClientSession, not {type(session).__name__}")
    return BorrowedSession(session)


async def _close(transport: Any) -> None:
    close = getattr(transport, "close", None)  # a transport need not have one
    if close is not None:
        await close()


def _shown(client: object, caller: Caller) -> str:
    return f"{type(client).__name__}(project_id={caller.config.project_id!r}, base_url={caller.config.base_url!r})"
