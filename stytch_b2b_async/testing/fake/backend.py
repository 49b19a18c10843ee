"""The project behind a fake: an emulated one, called in process."""

import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Self, TypeVar

import attrs

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.faults import Drop
from stytch_b2b_async.emulator.opening import Opened, open_project
from stytch_b2b_async.emulator.outbox import Outbox
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.settings import ProjectSettings
from stytch_b2b_async.emulator.state.signing_keys import SigningKey
from stytch_b2b_async.emulator.threads import OwnThread
from stytch_b2b_async.models.jwks import JWK
from stytch_b2b_async.testing.recorder import RecordedCall, recorded_call
from stytch_b2b_async.wire import Call, Reply

from .disturbances import Disturbance

T = TypeVar("T")


class Backend:
    """A transport that records calls, and answers them by an emulated project."""

    def __init__(self, opened: Opened, database: ThreadPoolExecutor) -> None:
        self.calls: list[RecordedCall] = []
        self._opened = opened
        self._database = database
        self._forgotten = weakref.finalize(self, _forgotten.put, (opened, database))
        self.public_key: JWK = self.transact(_shared_key).public

    @classmethod
    def open(
        cls,
        settings: ProjectSettings,
        roles: Mapping[str, Mapping[str, Sequence[str]]],
        scopes: Mapping[str, Mapping[str, Sequence[str]]],
    ) -> Self:
        """Open a new project, and end those whose fakes were forgotten."""
        with suppress(Empty):
            while True:
                _end(*_forgotten.get_nowait())
        whole = attrs.evolve(settings, roles={**settings.roles, **roles}, scopes={**settings.scopes, **scopes})
        database = ThreadPoolExecutor(1, "fake-stytch")
        opening = partial(open_project, None, None, db=":memory:", settings=whole, clock=Clock(), database=OwnThread(database))
        return cls(database.submit(opening).result(), database)

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        """Record and answer a call."""
        self.calls.append(recorded_call(call))
        return await self._opened.transport.send(call, connect_timeout=connect_timeout)

    def transact(self, act: Callable[[Project], T]) -> T:
        """Change the project in a transaction. Raises ValueError for what the API would refuse."""
        try:
            return self._database.submit(self._opened.service.run, act).result()
        except EmulatedError as error:
            raise ValueError(error.message) from None

    def disturb(self, operations: str, *, status: int | None = None, drop: Drop | None = None, latency: float = 0) -> Disturbance:
        """Add a fault."""
        faults = self._opened.project.faults
        fault = faults.add(operations, status=status, drop=drop, latency=latency)
        return Disturbance(faults, fault)

    def undisturb(self) -> None:
        """Remove all faults."""
        self._opened.project.faults.clear()

    @property
    def project_id(self) -> str:
        """The project's id."""
        return self._opened.project.project_id

    @property
    def secret(self) -> str:
        """The project's secret."""
        return self._opened.project.secret

    @property
    def outbox(self) -> Outbox:
        """The mails and text messages."""
        return self._opened.project.outbox

    def shut(self) -> None:
        """Close the database and end its thread."""
        if self._forgotten.detach():
            _end(self._opened, self._database)


_forgotten: "SimpleQueue[tuple[Opened, ThreadPoolExecutor]]" = SimpleQueue()
"""What fakes had that were not closed. The garbage collector comes while any lock is held, so it ends nothing itself."""


def _end(opened: Opened, database: ThreadPoolExecutor) -> None:
    opened.dispatcher.close()
    with suppress(RuntimeError):  # the interpreter is shutting down, and has ended the thread
        database.submit(opened.project.store.close)
    database.shutdown(wait=False)


_key_lock = threading.Lock()
_keys: dict[str, SigningKey] = {}


def _shared_key(project: Project) -> SigningKey:
    """Return the key of all fakes of this process: making one takes 60 ms, more than everything else."""
    with _key_lock:
        known = _keys.get(project.environment)
        if known is None:
            return _keys.setdefault(project.environment, project.signing_keys.current)
    project.signing_keys.use(known)
    return known
