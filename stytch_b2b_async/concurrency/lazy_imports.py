"""Imports on first use that neither a fork nor a signal handler finds half done.

A forked child has none of its parent's other threads: a module that one of them was importing stays locked for ever. A signal
handler runs in the main thread: it finds only a part of a module that it interrupts the import of, and what it waits for cannot
import anything while the main thread looks for a module.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

from .native_threads import allocate_lock, get_ident, is_patched, start_new_thread

T = TypeVar("T")

_PACKAGE = __name__.partition(".")[0]
_IMPORTLIB = "importlib._bootstrap"
_MAX_WAIT = 5.0  # seconds that a fork waits for imports


def load(function: Callable[[], T]) -> T:
    """Call a function that imports: in the main thread's stead in another thread, which signal handlers do not interrupt.

    In place if the main thread is in the middle of another import, whose locks the other thread could wait for, or runs an event
    loop, which must not wait for a thread, and handles signals by itself.
    """
    if get_ident() != threading.main_thread().ident or is_patched() or _has_running_loop() or _is_importing(_current_frame()):
        return function()
    results: list[T] = []
    errors: list[BaseException] = []
    done = allocate_lock()
    done.acquire()

    def work() -> None:
        try:
            results.append(function())
        except BaseException as error:  # noqa: BLE001  # raised in the main thread
            errors.append(error)
        finally:
            done.release()

    try:
        start_new_thread(work, ())
    except RuntimeError:  # no threads here, or the program is exiting
        return function()
    done.acquire()
    try:
        if errors:
            raise errors.pop()
    finally:
        del work  # or the error's traceback and this frame would keep each other alive
    return results.pop()


def _has_running_loop() -> bool:
    running: Callable[[], object] | None = getattr(sys.modules.get("asyncio.events"), "_get_running_loop", None)
    return running is not None and running() is not None  # without importing asyncio, none runs


def _current_frame() -> FrameType:
    return sys._getframe(1)  # noqa: SLF001  # as inspect.currentframe()


def _is_importing(frame: FrameType | None, *, of_package: bool = False) -> bool:
    """Return whether a stack has an import; with `of_package`, whether this package has begun it, itself or by what it calls."""
    importing = False
    while frame is not None:
        module = frame.f_globals.get("__name__")
        importing = importing or module == _IMPORTLIB
        if importing and (not of_package or (isinstance(module, str) and module.partition(".")[0] == _PACKAGE)):
            return True
        frame = frame.f_back
    return False


def _wait_for_imports() -> None:
    """Before a fork, wait until no other thread is importing for this package. Imports of others are none of its business."""
    until, never = time.monotonic() + _MAX_WAIT, allocate_lock()
    never.acquire()
    while time.monotonic() < until and _other_threads_import():
        never.acquire(True, 0.001)  # noqa: FBT003  # a lock takes them by position only


def _other_threads_import() -> bool:
    own = get_ident()
    frames = sys._current_frames()  # noqa: SLF001  # documented
    return any(_is_importing(frame, of_package=True) for ident, frame in frames.items() if ident != own)


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(before=_wait_for_imports)
