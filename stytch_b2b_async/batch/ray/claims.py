"""What became of each row of a run, in Redis, for workers that may be killed.

Under the key of a row is at first the attempt that claimed it, then its outcome. Keys are digests, and values hold nothing of a
request, so no secret and no address is there.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import attrs

from stytch_b2b_async.batch.journal import Record, State

from .gathered import Gathered

if TYPE_CHECKING:
    from redis.asyncio import Redis

KEPT: Final = 30 * 86_400
"""Seconds for which the outcomes of a run are kept."""
_MAX_MESSAGE: Final = 500
_CLAIM: Final = "claimed by "
_REPLACE: Final = """
local found = redis.call("GET", KEYS[1])
if found == ARGV[1] then redis.call("SET", KEYS[1], ARGV[2], "EX", ARGV[3]) end
return found
"""


@attrs.define(eq=False)
class TakenError(Exception):
    """Another attempt has claimed the row."""

    record: Record


class Claims:
    """The claims and outcomes of one run."""

    def __init__(
        self, redis: "Redis", scope: str, run: str, session: str = "", *, retry_failed: bool = False, resend_unknown: bool = False
    ) -> None:
        self._commands = Gathered(redis)
        self._prefix = f"stytch-b2b:{_digest(scope, run)}:"
        self._session = session
        self._resent = {
            State.FAILED: retry_failed,
            State.CLAIMED: resend_unknown,
            State.UNKNOWN: resend_unknown,
        }

    def key(self, row: object) -> str:
        """Return the key of a row, by what identifies it."""
        return self._prefix + _digest(type(row).__name__, str(row))

    async def look_up(self, keys: Sequence[str]) -> list["Known"]:
        """Return what is known of rows."""
        found: list[str | None] = await self._commands.execute("MGET", *keys) if keys else []
        return [self._known(key, value) for key, value in zip(keys, found, strict=True)]

    def _known(self, key: str, value: str | None) -> "Known":
        if value is None:
            return Known(key, None, None)
        record, session = _read(value)
        # What another worker of this session has left is not sent by the next one: it would be sent twice.
        is_sent_again = session != self._session and self._resent.get(record.state, False)
        return Known(key, value, None if is_sent_again else record)

    async def claim(self, known: "Known") -> None:
        """Claim a row before it is sent, of which no more is known. Raises TakenError if there is more now."""
        mine = f"{_CLAIM}{self._session} {uuid4().hex}"
        found: str | None
        if known.value is None:
            found = await self._commands.execute("SET", known.key, mine, "NX", "GET", "EX", KEPT, get=True)
        else:
            found = await self._commands.execute("EVAL", _REPLACE, 1, known.key, known.value, mine, KEPT)
        if found not in {known.value, mine}:  # it is mine if the connection was lost after the command
            raise TakenError(_read(found or _CLAIM)[0])

    async def finish(self, key: str, record: Record) -> None:
        """Write the outcome of a row."""
        message = record.error_message and record.error_message[:_MAX_MESSAGE]
        kept = record._replace(error_message=message)._asdict()
        written = {name: value for name, value in kept.items() if value not in {None, False} and name != "position"}
        if record.state is not State.DONE and self._session:
            written["session"] = self._session
        await self._commands.execute("SET", key, json.dumps(written, separators=(",", ":")), "EX", KEPT)


@attrs.frozen
class Known:
    """What is known of a row."""

    key: str
    value: str | None
    """What is under its key."""
    record: Record | None
    """What became of it; None if it is to be sent."""


def _read(value: str) -> tuple[Record, str]:
    """Read what is under a key, and the session that left it.

    A claim without an outcome is of an attempt that has ended, or of a row that appears twice.
    """
    if value.startswith(_CLAIM):
        return Record(0, State.CLAIMED), value.removeprefix(_CLAIM).rpartition(" ")[0]
    kept: dict[str, Any] = json.loads(value)
    session = str(kept.pop("session", ""))
    return Record(0, State(kept.pop("state")), **kept), session


def _digest(*parts: str) -> str:
    # Of 12 bytes, short as there may be a hundred million, two rows are the same in fewer than one of 10**12 such runs.
    return urlsafe_b64encode(blake2b("\0".join(parts).encode(), digest_size=12).digest()).decode()
