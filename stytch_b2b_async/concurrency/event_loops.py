"""The event loop that blocking calls run in: asyncio's, or uvloop's by choice."""

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

if TYPE_CHECKING:
    _Base = asyncio.BaseEventLoop
else:
    _Base = object

T = TypeVar("T")

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def loop_factory(use_uvloop: bool | None) -> LoopFactory:  # noqa: FBT001  # None is a third value
    """Choose a loop; None asks the environment's `STYTCH_USE_UVLOOP`, and without that it is asyncio's.

    Raises ImportError when uvloop was chosen and is not installed.
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
    """Does in threads of the operating system what a loop leaves to threads.

    Names are resolved in a thread for each: an executor's threads cannot be had any more when a program ends, and libuv's, which
    uvloop would take, crash a forked child when it exits.
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
            return look_up(flags | _NUMERIC)  # which asks nobody, and so needs no thread
        found: list[Any] = await self._in_native_thread(partial(look_up, flags))
        return found

    def run_in_executor(  # type: ignore[override]  # the same, without the type of what each function takes
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        if executor is not None:
            return super().run_in_executor(executor, func, *args)
        if native_threads.is_patched():  # an executor's threads would be greenlets, of a hub that nobody runs
            return self._in_native_thread(partial(func, *args))
        if self._executor is None:
            self._executor = ThreadPoolExecutor(thread_name_prefix="stytch-b2b-async-worker")
        return super().run_in_executor(self._executor, func, *args)

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  # asyncio's own name
        """Wait for nobody: asyncio would start a thread for it, which cannot be had any more when a program ends."""
        if self._executor is not None:
            self._executor.shutdown(wait=False)

    def _in_native_thread(self, function: Callable[[], T]) -> "asyncio.Future[T]":
        future: asyncio.Future[T] = self.create_future()

        def work() -> None:
            try:
                settle = partial(_answer_locally, future, function(), None)
            except BaseException as error:  # noqa: BLE001  # whoever awaits it gets it
                settle = partial(_answer_locally, future, None, error)
            try:
                self.call_soon_threadsafe(settle)
            except RuntimeError:  # the loop has ended
                return

        try:
            native_threads.start_new_thread(work, ())
        except RuntimeError as error:
            raise OSError(f"no thread can be had for it: {error}") from None
        return future


_NUMERIC = int(socket.AI_NUMERICHOST)


def _is_address(host: object) -> bool:
    try:
        ipaddress.ip_address(host)  # type: ignore[arg-type]  # whatever else it is, is not one
    except ValueError:
        return False
    return isinstance(host, str)


def _answer_locally(future: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if future.done():  # given up
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


class _AsyncioLoop(_NativeThreads, asyncio.SelectorEventLoop):
    """asyncio's, with a selector that no greenlet library has taken the place of."""
