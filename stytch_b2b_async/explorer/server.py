"""Start and stop the explorer."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from aiohttp import web

from stytch_b2b_async.catalog import describe_fields, endpoints
from stytch_b2b_async.client import Client
from stytch_b2b_async.config import Config
from stytch_b2b_async.emulator import Emulator
from stytch_b2b_async.gateway import AllowList, Gateway, GatewayToken, Limits, Rate
from stytch_b2b_async.schema import models_of
from stytch_b2b_async.transport import SessionPool

from . import assets
from .access import Access
from .emulated import Mailbox, OwnMailbox, RemoteMailbox
from .handlers import Handlers
from .history import History
from .pages import View
from .seen import Seen
from .sending import Sender
from .target import Target, emulated_operations

_HOST: Final = "127.0.0.1"
_SHUTDOWN_TIMEOUT: Final = 1.0  # seconds for open requests to end
_LIMITS: Final = Limits(acts_once=Rate(6000, 60))


class Explorer:
    """Pages with a form for every endpoint, for one person on this machine.

    ```python
    async with Emulator() as stytch, Explorer(emulator=stytch) as explorer:
        print(explorer.new_address())
    ```

    Calls go to an `emulator`, or to the project of a `client`, through a gateway of its own: the pages do not hold the project's
    secret. `allow` is what it lets through, as of a `Gateway`, and `audit` the file of its audit log. `port` 0 is any free one.
    Raises ValueError for invalid settings, OSError for a port in use.
    """

    def __init__(
        self,
        *,
        emulator: Emulator | None = None,
        client: Client | None = None,
        port: int = 0,
        allow: AllowList | str = "*",
        audit: Path | str | None = None,
    ) -> None:
        given = [each for each in (emulator, client) if each is not None]
        if len(given) != 1:
            raise ValueError("pass either emulator or client")
        self._given = given[0]
        self._port = port
        self._allow = AllowList.parse(allow) if isinstance(allow, str) else allow
        self._audit = audit
        self._access = Access()
        self._running: AsyncExitStack | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """The address of the pages, for browsers that were let in."""
        return self._url

    def new_address(self) -> str:
        """Create an address that lets one browser in, once."""
        return f"{self._url}{self._access.new_path()}"

    async def start(self) -> None:
        """Start the gateway, and listen on this machine."""
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._running = stack.pop_all()

    async def stop(self) -> None:
        """Close the port, the gateway and the connections. Stopping twice is harmless."""
        running, self._running = self._running, None
        if running is not None:
            await running.aclose()

    async def _start(self, stack: AsyncExitStack) -> None:
        if isinstance(self._given, Emulator):
            emulator, client = self._given, await stack.enter_async_context(self._given.client())
        else:
            emulator, client = None, self._given
        token, text = GatewayToken.generate("explorer")
        gateway = await stack.enter_async_context(
            Gateway(client=client, tokens=[token], allow=self._allow, audit=self._audit, limits=_LIMITS)
        )
        await asyncio.to_thread(_prepare)
        config = client._sender.config  # noqa: SLF001  # for snippets and names
        target = Target(config, emulator, self._allow, await self._mailbox(emulator, config, stack))
        history, seen = History(), Seen()
        seen.note({"project_id": target.config.project_id})
        sender = Sender(target, gateway.url, text, history, seen)
        stack.push_async_callback(sender.close)
        app = Handlers(View(target, history, seen), sender, self._access).application()
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_TIMEOUT)
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.TCPSite(runner, _HOST, self._port).start()
        host, port = runner.addresses[0][:2]
        self._access.listen_on(host, port)
        self._url = f"http://{host}:{port}"

    async def _mailbox(self, emulator: Emulator | None, config: Config, stack: AsyncExitStack) -> Mailbox | None:
        if emulator is not None:
            return OwnMailbox(emulator)
        pool = SessionPool()
        stack.push_async_callback(pool.close)
        return await RemoteMailbox.find(config, pool)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    def __repr__(self) -> str:
        return f"Explorer({self._url!r})" if self._running else "Explorer(not running)"


def _prepare() -> None:
    """Read the files, and the sources that describe fields, so that no page has to wait for them."""
    for name in assets.TYPES:
        assets.address(name)
    for endpoint in endpoints().values():
        for model in models_of(endpoint.request):
            describe_fields(model)
    emulated_operations()
