"""What became of each row of a run, in Redis, for workers that may be killed.

Under the key of a row is at first the attempt that claimed it, then its outcome. Keys are digests, and values hold nothing of a
request, so no secret and no address is there.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import attrs

from stytch_b2b_async.batch.journal import Record, State

from .gathered import Gathered

if TYPE_CHECKING:
    from redis.asyncio import Redis

KEPT: Final = 30 * 86_400
"""Seconds for which the outcomes of a run are kept."""
_LONGEST_MESSAGE: Final = 500
_CLAIM: Final = "claimed by "


@attrs.define(eq=False)
class TakenError(Exception):
    """Another attempt has claimed the row."""

    record: Record


class Claims:
    """The claims and outcomes of one run."""

    def __init__(self, redis: "Redis", scope: str, run: str) -> None:
        self._commands = Gathered(redis)
        self._prefix = f"stytch-b2b:{_digest(scope, run)}:"

    def key(self, row: object) -> str:
        """Return the key of a row, by what identifies it."""
        return self._prefix + _digest(type(row).__name__, str(row))

    async def look_up(self, keys: Sequence[str]) -> list[Record | None]:
        """Return what is known of rows: None for one that nobody has claimed."""
        found: list[str | None] = await self._commands.execute("MGET", *keys) if keys else []
        return [None if value is None else _record(value) for value in found]

    async def claim(self, key: str, attempt: str) -> None:
        """Claim a row before it is sent. Raises TakenError."""
        mine = f"{_CLAIM}{attempt}"
        before: str | None = await self._commands.execute("SET", key, mine, "NX", "GET", "EX", KEPT, get=True)
        if before is not None and before != mine:  # it is mine if the connection was lost after the command
            raise TakenError(_record(before))

    async def finish(self, key: str, record: Record) -> None:
        """Write the outcome of a row."""
        message = record.error_message and record.error_message[:_LONGEST_MESSAGE]
        kept = record._replace(error_message=message)._asdict()
        written = {name: value for name, value in kept.items() if value not in {None, False} and name != "position"}
        await self._commands.execute("SET", key, json.dumps(written, separators=(",", ":")), "EX", KEPT)


def _record(value: str) -> Record:
    """Read what is under a key: a claim without an outcome is of an attempt that has ended, or of a row that is there twice."""
    if value.startswith(_CLAIM):
        return Record(0, State.CLAIMED)
    kept: dict[str, Any] = json.loads(value)
    return Record(0, State(kept.pop("state")), **kept)


def _digest(*parts: str) -> str:
    # Of 12 bytes, short as there may be a hundred million, two rows are the same in fewer than one of 10**12 such runs.
    return urlsafe_b64encode(blake2b("\0".join(parts).encode(), digest_size=12).digest()).decode()
