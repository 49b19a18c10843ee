"""Start and stop the emulator: in an event loop, or from synchronous code in a thread."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack

import attrs

from stytch_b2b_async._extras import extra_needed
from stytch_b2b_async.client import BlockingClient, Client
from stytch_b2b_async.emulator.control.access import is_local
from stytch_b2b_async.runtime.blocking import LoopRunner
from stytch_b2b_async.runtime.sender import Options

from .calls import CallLog
from .clock import Clock, TimeSource, machine_time
from .errors import EmulatedError
from .faults import Faults
from .identifiers import environment_of
from .outbox import Outbox
from .settings import ProjectSettings
from .threads import DatabaseThread, LoopThread, OwnThread

if TYPE_CHECKING:
    from stytch_b2b_async.logins import LoggedIn

    from .http import HTTPServer
    from .opening import Opened
    from .project import Project, State
    from .seed import SeedSource
    from .transport import EmulatorTransport

T = TypeVar("T")

_MAX_PORT = 65_535


@attrs.frozen(eq=False)
class _Running:
    """The resources of a running emulator."""

    opened: "Opened"
    server: "HTTPServer | None"
    """None without a socket."""
    database: DatabaseThread
    url: str


class Emulator:
    """An emulated Stytch B2B API.

    ```python
    async with Emulator() as stytch, stytch.client() as client:
        await client.passwords.discovery.email.reset_start(email_address="ada@example.com")
        print(stytch.outbox.last(to="ada@example.com").url)
    ```

    `with Emulator() as stytch:` does the same for synchronous code. Missing credentials are generated; `port` 0 is any free port.
    `db` is a file for the state, credentials included; `settings` are the project's; `clock` returns the time. A
    `host` that other machines can reach needs `allow_remote=True`. With `listen=False` there is no socket: the clients of
    `client()` and `blocking_client()` call the emulator in process. `seed` is a JSON file, or its content, to start with.
    In a program that does nothing else, `database_thread=False` saves each call the way to another thread and back; it blocks the
    event loop meanwhile, some tenths of a millisecond.

    Raises ValueError for invalid settings, OSError for a port in use.
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
        listen: bool = True,
        seed: "SeedSource | None" = None,
        database_thread: bool = True,
    ) -> None:
        _check_credentials(project_id, secret)
        _check_address(host, port, allow_remote=allow_remote)
        self._credentials = (project_id, secret)
        self._port = port
        self._host = host
        self._db = db
        self._settings = settings or ProjectSettings()
        self._clock = Clock(clock)
        self._allow_remote = allow_remote
        self._listen = listen
        self._seed = seed
        self._database_thread = database_thread
        self._outbox: Outbox | None = None
        self._running: _Running | None = None
        self._runner: LoopRunner | None = None

    @property
    def url(self) -> str:
        """The base URL."""
        return self._started().url

    @property
    def project_id(self) -> str:
        """The emulated project's id."""
        return self._started().opened.project.project_id

    @property
    def secret(self) -> str:
        """The project's secret."""
        return self._started().opened.project.secret

    @property
    def public_token(self) -> str:
        """The token that browsers bring to the start of an OAuth or SSO login."""
        return self._started().opened.project.public_token

    @property
    def outbox(self) -> Outbox:
        """The mails and text messages, newest last; also readable after the emulator has stopped."""
        return self._started().opened.project.outbox if self._outbox is None else self._outbox

    @property
    def faults(self) -> Faults:
        """The faults that happen to calls: `stytch.faults.add("passwords.*", status=503, times=2)`."""
        return self._started().opened.project.faults

    @property
    def calls(self) -> CallLog:
        """The newest calls, without secrets, newest last."""
        return self._started().opened.project.calls

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Skip some time, so that links and sessions expire."""
        self._clock.advance(timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days))

    def advance_to(self, moment: datetime) -> None:
        """Skip the time until a moment. Raises ValueError if it has passed."""
        self._clock.advance(moment - self._clock.now())

    def totp_code(self, secret: str) -> str:
        """Return the code that an authenticator app with a secret in base32 shows now, by the emulator's clock."""
        from .rules.login.totps import App

        return App(secret).at(self._clock.now())

    def reset(self) -> None:
        """Return to the start: nothing but the seed, credentials and signing keys, without faults, calls and skipped time.

        Like `state`, `load_state` and `log_in`, it blocks for the calls in progress, some milliseconds.
        """
        self._transact(lambda project: project.reset())

    def state(self) -> "State":
        """Export the whole state, ready for JSON: with signing keys and hashes, but without credentials."""
        return self._transact(lambda project: project.export())

    def load_state(self, state: "Mapping[str, Any] | State") -> None:
        """Replace the whole state by an exported one. Raises ValueError if it does not fit this emulator."""
        self._transact(lambda project: project.load(state))

    def log_in(
        self,
        email_address: str,
        *,
        organization: str = "acme",
        roles: Sequence[str] | None = None,
        session_duration_minutes: int | None = None,
        session_custom_claims: Mapping[str, Any] | None = None,
    ) -> "LoggedIn":
        """Log a member in directly, without a factor. Raises ValueError for what the API would refuse.

        `organization` is an id, slug or external id. A missing organization or member is created. `roles` are the member's.
        """
        from .control.logins import DirectLogin, log_in_directly

        wanted = DirectLogin(
            email_address=email_address,
            organization=organization,
            roles=roles,
            session_duration_minutes=session_duration_minutes,
            session_custom_claims=session_custom_claims,
        )
        return self._transact(lambda project: log_in_directly(project, wanted))

    def impersonate(self, member_id: str, *, impersonator_email_address: str = "support@example.com") -> str:
        """Create a token for `impersonation.authenticate`: it works once, within five minutes.

        Raises ValueError if there is no such member.
        """
        from .control.impersonation import impersonation_token

        return self._transact(lambda project: impersonation_token(project, member_id, impersonator_email_address))

    def rotate_signing_keys(self) -> None:
        """Sign with a new key from now on; the old one stays published for a month."""
        self._transact(lambda project: project.signing_keys.rotate())

    def client(self, **options: Unpack[Options]) -> Client:
        """Create a client of this emulator; the caller closes it."""
        given: dict[str, Any] = {**options}  # pyright holds that a TypedDict may have more keys
        return Client(self.project_id, self.secret, base_url=self.url, transport=self._transport, **given)

    def blocking_client(self, **options: Unpack[Options]) -> BlockingClient:
        """Create a blocking client of this emulator; the caller closes it."""
        given: dict[str, Any] = {**options}  # as above
        return BlockingClient(self.project_id, self.secret, base_url=self.url, transport=self._transport, **given)

    async def start(self) -> None:
        """Open the database and listen."""
        self._refuse_second_start()
        database = OwnThread() if self._database_thread else LoopThread()
        try:
            opened, server = await database.run(lambda: self._open(database))
            try:
                url = await self._listen_with(server)
            except BaseException:
                await database.run(opened.project.store.close)
                raise
        except BaseException:
            database.close()
            raise
        self._outbox = opened.project.outbox
        self._running = _Running(opened, server, database, url)

    async def stop(self) -> None:
        """Stop listening and close the database. Stopping twice is harmless."""
        running, self._running = self._running, None
        if running is None:
            return
        opened = running.opened
        if running.server is not None:
            await running.server.stop()
        opened.dispatcher.close()
        await running.database.run(opened.project.store.close)
        running.database.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    def __enter__(self) -> Self:
        self._refuse_second_start()
        self._runner = LoopRunner(self.stop, warn_in_loop=False)
        try:
            self._runner.call(self.start)
        except BaseException:
            self._runner.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._runner is not None:
            self._runner.close()

    def __repr__(self) -> str:
        return f"Emulator({self._running.url!r})" if self._running else "Emulator(not running)"

    def _open(self, database: DatabaseThread) -> "tuple[Opened, HTTPServer | None]":
        with extra_needed("the emulator", "emulator"):
            from .http import HTTPServer
            from .opening import open_project
        project_id, secret = self._credentials
        opened = open_project(
            project_id,
            secret,
            db=self._db,
            settings=self._settings,
            clock=self._clock,
            database=database,
            seed=self._seed,
            allow_remote=self._allow_remote,
        )
        return opened, HTTPServer(opened.dispatcher) if self._listen else None

    async def _listen_with(self, server: "HTTPServer | None") -> str:
        if server is None:
            from .transport import IN_PROCESS_URL

            return IN_PROCESS_URL
        return await server.start(self._host, self._port)

    def _transact(self, act: "Callable[[Project], T]") -> T:
        running = self._started()
        try:
            return running.database.wait(lambda: running.opened.service.run(act))
        except EmulatedError as error:
            raise ValueError(error.message) from None

    @property
    def _transport(self) -> "EmulatorTransport | None":
        return None if self._listen else self._started().opened.transport

    def _refuse_second_start(self) -> None:
        if self._running is not None:
            raise RuntimeError("the emulator is running")

    def _started(self) -> _Running:
        if self._running is None:
            raise RuntimeError("the emulator is not running: enter it with `async with` or `with`")
        return self._running


def _check_credentials(project_id: str | None, secret: str | None) -> None:
    if project_id is not None and environment_of(project_id) is None:
        raise ValueError("project_id is malformed: it looks like project-test-… or project-live-…")
    if secret is not None and not (secret and secret.isascii() and secret.isprintable() and " " not in secret):
        raise ValueError("secret is malformed: it looks like secret-test-… or secret-live-…")


def _check_address(host: str, port: int, *, allow_remote: bool) -> None:
    if not 0 <= port <= _MAX_PORT:
        raise ValueError(f"port {port} is out of range: it lies between 0 and {_MAX_PORT}")
    if not allow_remote and not is_local(host):
        raise ValueError(f"host {host} is reachable from other machines; pass allow_remote=True to permit it")
