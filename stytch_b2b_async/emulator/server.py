"""The emulator, started and stopped: in an event loop, or from ordinary code in a thread of its own."""

import asyncio
import ipaddress
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

import attrs

from stytch_b2b_async.blocking import Portal
from stytch_b2b_async.caller import Options
from stytch_b2b_async.client import BlockingClient, Client

from .clock import Clock, TimeSource, machine_time
from .identifiers import environment_of
from .outbox import Outbox
from .settings import ProjectSettings

if TYPE_CHECKING:
    from .app import Listener
    from .project import Project


@attrs.frozen(eq=False)
class _Running:
    """What must be stopped."""

    project: "Project"
    listener: "Listener"
    thread: ThreadPoolExecutor
    url: str


class Emulator:
    """A Stytch B2B API that runs on this machine.

    ```python
    async with Emulator() as stytch, stytch.client() as client:
        await client.passwords.discovery.email.reset_start(email_address="ada@example.com")
        print(stytch.outbox.last(to="ada@example.com").url)
    ```

    `with Emulator() as stytch:` does the same for ordinary code. Credentials that are not given are made up; `port` 0 is any free
    one. `db` names a file that keeps the state, credentials included; `settings` are the project's; `clock` tells the time. A
    `host` beyond this machine needs `allow_remote=True`.

    Raises ValueError for settings that cannot work, OSError for a port that is taken.
    """

    def __init__(
        self,
        project_id: str | None = None,
        secret: str | None = None,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        db: str = ":memory:",
        settings: ProjectSettings | None = None,
        clock: TimeSource = machine_time,
        allow_remote: bool = False,
    ) -> None:
        _check(project_id, secret, host, allow_remote=allow_remote)
        self._credentials = (project_id, secret)
        self._port = port
        self._host = host
        self._db = db
        self._settings = settings or ProjectSettings()
        self._clock = Clock(clock)
        self._outbox: Outbox | None = None
        self._running: _Running | None = None
        self._portal: Portal | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._started().url

    @property
    def project_id(self) -> str:
        """The project it emulates."""
        return self._started().project.project_id

    @property
    def secret(self) -> str:
        """The project's secret."""
        return self._started().project.secret

    @property
    def outbox(self) -> Outbox:
        """What it would have mailed or texted, newest last; can be read after the end, too."""
        return self._started().project.outbox if self._outbox is None else self._outbox

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Skip a stretch of time, so that things expire."""
        self._clock.advance(timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days))

    def client(self, **options: Unpack[Options]) -> Client:
        """Make a client of this emulator; the caller closes it."""
        return Client(self.project_id, self.secret, base_url=self.url, **options)

    def blocking_client(self, **options: Unpack[Options]) -> BlockingClient:
        """Make a blocking client of this emulator; the caller closes it."""
        return BlockingClient(self.project_id, self.secret, base_url=self.url, **options)

    async def start(self) -> None:
        """Open the database and listen."""
        self._refuse_second_start()
        thread = ThreadPoolExecutor(1, "stytch-emulator")
        try:
            listener = await asyncio.get_running_loop().run_in_executor(thread, self._open, thread)
            try:
                url = await listener.start(self._host, self._port)
            except BaseException:
                await asyncio.get_running_loop().run_in_executor(thread, listener.project.store.close)
                raise
        except BaseException:
            thread.shutdown(wait=False)
            raise
        self._outbox = listener.project.outbox
        self._running = _Running(listener.project, listener, thread, url)

    async def stop(self) -> None:
        """Stop listening and close the database. Stopping again is harmless."""
        running, self._running = self._running, None
        if running is not None:
            await running.listener.stop()
            await asyncio.get_running_loop().run_in_executor(running.thread, running.project.store.close)
            running.thread.shutdown(wait=False)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    def __enter__(self) -> Self:
        self._refuse_second_start()
        self._portal = Portal(self.stop)
        try:
            self._portal.call(self.start)
        except BaseException:
            self._portal.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._portal is not None:
            self._portal.close()

    def __repr__(self) -> str:
        return f"Emulator({self._running.url!r})" if self._running else "Emulator(not running)"

    def _open(self, thread: ThreadPoolExecutor) -> "Listener":
        try:
            from .app import Listener
            from .project import Project
            from .routes import all_routes

            routes = all_routes()
        except ModuleNotFoundError as error:
            message = f"the emulator needs {error.name}: pip install 'stytch-b2b-async[emulator]'"
            raise ModuleNotFoundError(message, name=error.name) from error
        project_id, secret = self._credentials
        project = Project.open(project_id, secret, db=self._db, settings=self._settings, clock=self._clock)
        return Listener(project, routes, thread)

    def _refuse_second_start(self) -> None:
        if self._running is not None:
            raise RuntimeError("the emulator is running")

    def _started(self) -> _Running:
        if self._running is None:
            raise RuntimeError("the emulator is not running: enter it with `async with` or `with`")
        return self._running


def _check(project_id: str | None, secret: str | None, host: str, *, allow_remote: bool) -> None:
    if project_id is not None and environment_of(project_id) is None:
        raise ValueError("project_id is malformed: it looks like project-test-… or project-live-…")
    if secret is not None and not (secret and secret.isascii() and secret.isprintable() and " " not in secret):
        raise ValueError("secret is malformed: it looks like secret-test-… or secret-live-…")
    if not allow_remote and not _is_loopback(host):
        raise ValueError(f"host {host} is beyond this machine, where anybody could use the emulator: say allow_remote=True")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
