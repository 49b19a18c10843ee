"""The journal of one run of a batch."""

import asyncio
import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from stytch_b2b_async.batch.errors import JournalError
from stytch_b2b_async.endpoint import Request

from .database import Database
from .records import IN_DOUBT, Record, State
from .writer import Writer

T = TypeVar("T")

_CONTENT: Final = "input"
_COUNT: Final = "number of requests"
_DIGEST: Final = "digest"
_LENGTH: Final = "length"
_SALT: Final = "salt"

_NO_FACTS: Final[Mapping[str, str]] = {}

_encode = msgspec.json.Encoder(order="deterministic").encode


class Journal:
    """The file in which a batch notes what it sends and what became of it, so that a second run goes on where the first was.

    It belongs to a project, a host, and the requests of the batch, in their order: other ones are refused before anything is
    sent. A request that acts each time that it is sent, and that may have been sent by a run that crashed, is in doubt: it is not
    sent again, but reported as an APIConnectionError with `maybe_applied`.

    - `retry_failed`: send those again that failed.
    - `resend_unknown`: send those again that are in doubt.

    The file holds no values of requests, and nobody else can read it. A journal is used by one run at a time.
    """

    def __init__(self, path: "str | os.PathLike[str]", *, retry_failed: bool = False, resend_unknown: bool = False) -> None:
        self.path: Path = Path(path)
        self.retry_failed: bool = retry_failed
        self.resend_unknown: bool = resend_unknown
        self.on_record: Callable[[Record], None] | None = None
        """Called with what is kept of each outcome."""
        self._writer: Writer | None = None
        self._is_used = False
        self._facts: Mapping[str, str] = {}
        self._digest: _Digest | None = None
        self._is_empty = False
        self._in_doubt: set[int] = set()

    async def use(self, facts: Mapping[str, str]) -> bool:
        """Use the journal for one batch; return whether this opened the file. Raises JournalError if another batch uses it."""
        if self._is_used:
            raise self._in_use()
        opens = self._writer is None
        if opens:
            await self.open(facts)
        self._is_used = True
        return opens

    async def open(self, facts: Mapping[str, str], *, content: str | None = None) -> None:
        """Open the file for one run. Raises JournalError for what is not the journal of these facts.

        `content` is a digest of all requests, if it is known before the first one is sent.
        """
        if self._writer is not None:
            raise self._in_use()
        given, initial = (facts, _new_digest()) if content is None else ({**facts, _CONTENT: content}, {})
        writer = Writer(asyncio.get_running_loop())
        await writer.open(lambda: Database.open(self.path, given, initial))
        self._writer = writer
        try:
            self._facts = await writer.read(Database.facts)
            self._is_empty = await writer.read(Database.is_empty)
            self._begin(content)
        except BaseException:
            await self.close()
            raise

    def _begin(self, content: str | None) -> None:
        if (_CONTENT in self._facts) == (content is None):
            raise self.other_requests()
        self._digest = None if content else _Digest(bytes.fromhex(self._facts[_SALT]))

    async def close(self) -> None:
        """Write what is left, and close the file."""
        writer, self._writer, self._is_used = self._writer, None, False
        if writer is not None:
            await writer.close()

    async def claim(self, position: int) -> None:
        """Note that a request is about to be sent; return when no loss of power can undo it."""
        await self._opened().add_durably(Record(position, State.CLAIMED), self._checkpoint())

    def release(self, position: int) -> None:
        """Note that a request was not sent after all. What was in doubt before stays so."""
        state = State.CLAIMED if position in self._in_doubt else State.RELEASED
        self._opened().add(Record(position, state), {})

    def finish(self, record: Record) -> None:
        """Note what became of a request."""
        self._opened().add(record, self._checkpoint() if self._digest else _NO_FACTS)
        if self.on_record is not None:
            self.on_record(record)

    async def states(self, start: int, stop: int) -> dict[int, State]:
        """Return the states of the rows from `start` up to `stop` that have one."""
        return await self.read(lambda database: database.states(start, stop))

    async def read(self, query: Callable[[Database], T]) -> T:
        """Run a query in the journal's thread."""
        return await self._opened().read(query)

    async def flush(self) -> None:
        """Wait until everything is written."""
        await self._opened().flush()

    async def counts(self) -> dict[State, int]:
        """Count the rows by state."""
        return await self.read(Database.counts)

    def resends(self, position: int, state: State) -> bool:
        """Whether a row with a record is to be sent again."""
        if state in IN_DOUBT and self.resend_unknown:
            self._in_doubt.add(position)
        return self.sends(state)

    def sends(self, state: State) -> bool:
        """Whether rows of a state are to be sent."""
        match state:
            case State.RELEASED:
                return True
            case State.FAILED:
                return self.retry_failed
            case State.CLAIMED | State.UNKNOWN:
                return self.resend_unknown
            case State.DONE:
                return False

    @property
    def is_fresh(self) -> bool:
        """Whether no earlier run has left anything to compare, or to leave out."""
        return self._digest is None and self._is_empty

    @property
    def known(self) -> int:
        """The number of requests that earlier runs have taken from their source; 0 if the digest of all was compared."""
        return int(self._facts.get(_COUNT, 0)) if self._digest else 0

    @property
    def length(self) -> int | None:
        """The number of requests in all, if an earlier run has seen the last."""
        return int(self._facts[_LENGTH]) if _LENGTH in self._facts else None

    @property
    def reports_doubt(self) -> bool:
        """Whether rows in doubt are reported as outcomes; the command line reads them from the journal."""
        return self._digest is not None

    def take(self, request: Request[Any], count: int) -> None:
        """Take the next request, so many with it. Raises JournalError if earlier runs took others."""
        if self._digest is None:
            return
        self._digest.add(request)
        if count == self.known and self._digest.hex() != self._facts[_DIGEST]:
            raise self.other_requests()
        if self.length is not None and count > self.length:
            raise self.other_requests()

    def _in_use(self) -> JournalError:
        return JournalError(f"{self.path} is in use by another run: nothing was sent")

    def other_requests(self) -> JournalError:
        """Create the error for a source that has changed."""
        return JournalError(f"{self.path} is the journal of other requests: nothing was sent")

    def note_length(self, count: int) -> None:
        """Note that the source has ended."""
        if self._digest is not None:
            self._opened().note({_LENGTH: str(count), **self._checkpoint()})

    def _checkpoint(self) -> dict[str, str]:
        if self._digest is None or self._digest.count <= self.known:
            return {}
        return {_COUNT: str(self._digest.count), _DIGEST: self._digest.hex()}

    def _opened(self) -> Writer:
        if self._writer is None:
            raise RuntimeError("the journal is not open")
        return self._writer


class _Digest:
    """A running digest of requests: of all together, so that none can be guessed from it."""

    def __init__(self, salt: bytes) -> None:
        self.count = 0
        self._hash = hashlib.blake2b(key=salt, digest_size=32)

    def add(self, request: Request[Any]) -> None:
        """Add a request."""
        self.count += 1
        content = _encode(request)
        self._hash.update(b"%s %d\n%s\n" % (request.operation.encode(), len(content), content))

    def hex(self) -> str:
        """Return the digest of all so far."""
        return self._hash.hexdigest()


def _new_digest() -> dict[str, str]:
    return {_SALT: secrets.token_hex(32)}
