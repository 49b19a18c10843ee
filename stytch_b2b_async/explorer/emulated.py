"""The mailbox of an emulator: of one in this process, or of one on this machine that a client points at."""

import asyncio
import json
from typing import Any, Final, Protocol, cast

from stytch_b2b_async.config import Config, is_loopback
from stytch_b2b_async.emulator import Emulator, Message, Outbox
from stytch_b2b_async.errors import APIConnectionError
from stytch_b2b_async.transport import SessionPool
from stytch_b2b_async.wire import Call

_TIMEOUT: Final = 2.0  # seconds
_OK: Final = 200


class Mailbox(Protocol):
    """What an emulator has sent."""

    @property
    def url(self) -> str:
        """The emulator's address."""
        ...

    @property
    def outbox(self) -> Outbox:
        """The messages, as of the last look."""
        ...

    async def refresh(self) -> None:
        """Look for new messages."""
        ...


class OwnMailbox:
    """The mailbox of an emulator in this process."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    @property
    def url(self) -> str:
        """The emulator's address."""
        return self._emulator.url

    @property
    def outbox(self) -> Outbox:
        """The messages."""
        return self._emulator.outbox

    async def refresh(self) -> None:
        """Do nothing: the messages are at hand."""


class RemoteMailbox:
    """The mailbox of another process's emulator, read over its control routes, which need no credentials."""

    def __init__(self, url: str, pool: SessionPool) -> None:
        self.url: str = url
        self.outbox: Outbox = Outbox()
        self._pool = pool

    @classmethod
    async def find(cls, config: Config, pool: SessionPool) -> "RemoteMailbox | None":
        """Return the mailbox if the calls of a configuration go to an emulator on this machine."""
        if not is_loopback(config.base_url):
            return None
        found = cls(config.base_url.rstrip("/"), pool)
        health = await found._read("health")
        if health.get("status") != "ok" or health.get("project_id") != config.project_id:
            return None
        await found.refresh()
        return found

    async def refresh(self) -> None:
        """Look for new messages; keep those that are known if the emulator does not answer."""
        said = (await self._read("outbox")).get("messages")
        if isinstance(said, list):
            known = [cast("dict[str, Any]", each) for each in cast("list[object]", said) if isinstance(each, dict)]
            self.outbox.replace([_message(each) for each in known])

    async def _read(self, route: str) -> dict[str, Any]:
        try:
            async with asyncio.timeout(_TIMEOUT):
                call = Call("GET", f"{self.url}/_emulator/{route}", {}, None)
                reply = await self._pool.send(call, connect_timeout=_TIMEOUT)
            found: object = json.loads(reply.body) if reply.status == _OK else None
        except (APIConnectionError, TimeoutError, ValueError, RecursionError):
            return {}
        return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _message(said: "dict[str, Any]") -> Message:
    given = {name: said.get(name) for name in ("token", "code", "url", "login_url")}
    texts = {name: value if isinstance(value, str) else None for name, value in given.items()}
    return Message(to=str(said.get("to")), kind=str(said.get("kind")), **texts)
