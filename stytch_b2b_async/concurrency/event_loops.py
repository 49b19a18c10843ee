"""The event loop of blocking calls: asyncio's, or uvloop's if chosen."""

import asyncio
import importlib
import importlib.util
import ipaddress
import os
import socket
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from . import native_threads
from .in_thread import in_native_thread

if TYPE_CHECKING:
    _Base = asyncio.BaseEventLoop
else:
    _Base = object

T = TypeVar("T")

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def loop_factory(use_uvloop: bool | None) -> LoopFactory:  # noqa: FBT001  # None is a third value
    """Return the loop factory; None reads `STYTCH_USE_UVLOOP`, and defaults to asyncio's loop.

    Raises ImportError if uvloop is chosen but not installed.
    """
    if use_uvloop is None:
        setting = os.environ.get("STYTCH_USE_UVLOOP", "")
        if setting not in {"", "0", "1"}:
            raise ValueError("STYTCH_USE_UVLOOP must be 1 or 0")
        use_uvloop = setting == "1"
    elif not isinstance(use_uvloop, bool):
        raise TypeError(f"use_uvloop must be a bool or None, not {type(use_uvloop).__name__}")
    if not use_uvloop:
        return _asyncio_loop
    if importlib.util.find_spec("uvloop") is None:
        raise ImportError("use_uvloop needs uvloop: pip install 'stytch-b2b-async[speed]'", name="uvloop")
    return _uvloop_loop


def _asyncio_loop() -> asyncio.AbstractEventLoop:
    return _AsyncioLoop(native_threads.Selector())


def _uvloop_loop() -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop = type("UvloopLoop", (_NativeThreads, importlib.import_module("uvloop").Loop), {})()
    return loop


class _NativeThreads(_Base):
    """Run a loop's executor jobs in real operating-system threads.

    Each name is resolved in its own thread: an executor cannot start threads when the program exits, and libuv's threads, which
    uvloop would use, crash a forked child at exit.
    """

    _executor: ThreadPoolExecutor | None = None

    async def getaddrinfo(
        self,
        host: Any,
        port: Any,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002  # asyncio's own name
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        look_up = partial(native_threads.getaddrinfo, host, port, family, type, proto)
        if _is_address(host):
            return look_up(flags | _NUMERIC)  # needs no lookup, and so no thread
        found: list[Any] = await in_native_thread(self, partial(look_up, flags))
        return found

    def run_in_executor(  # type: ignore[override]  # the same, without the types of arguments
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        if executor is not None:
            return super().run_in_executor(executor, func, *args)
        if native_threads.is_patched():  # an executor's threads would be greenlets of a hub that does not run
            return in_native_thread(self, partial(func, *args))
        if self._executor is None:
            self._executor = ThreadPoolExecutor(thread_name_prefix="stytch-b2b-async-worker")
        return super().run_in_executor(self._executor, func, *args)

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  # asyncio's own name
        """Do nothing: asyncio would start a thread for it, which fails when the program exits."""
        if self._executor is not None:
            self._executor.shutdown(wait=False)


_NUMERIC = int(socket.AI_NUMERICHOST)


def _is_address(host: object) -> bool:
    try:
        ipaddress.ip_address(host)  # type: ignore[arg-type]  # other types are not addresses
    except ValueError:
        return False
    return isinstance(host, str)


class _AsyncioLoop(_NativeThreads, asyncio.SelectorEventLoop):
    """asyncio's loop, with a selector that no greenlet library has replaced."""
