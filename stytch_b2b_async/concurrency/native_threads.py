"""Threads, locks and selectors of the operating system, also where gevent or eventlet has put greenlets in their place.

An event loop must have a thread of its own. Where `threading` is patched, what it calls a thread is a greenlet in the thread of
everybody else: a second loop there is refused by asyncio, and one that waits in C, as uvloop does, stops the whole program.
"""

import _thread
import importlib
import importlib.util
import selectors
import socket
import sys
from collections.abc import Callable
from types import BuiltinFunctionType, ModuleType
from typing import Any, Protocol


class Lock(Protocol):
    """What `threading.Lock()` gives in a program that nothing has patched."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002  # as it is
        """Take it, or wait for it."""
        ...

    def release(self) -> None:
        """Give it back."""
        ...


def is_patched() -> bool:
    """Tell whether `threading` starts greenlets."""
    return type(_thread.start_new_thread) is not BuiltinFunctionType


def _gevent(module: str, name: str) -> Any:
    return importlib.import_module("gevent.monkey").get_original(module, name)


def _eventlet(module: str, name: str) -> Any:
    patcher = importlib.import_module("eventlet.patcher")
    if module == "selectors":
        return getattr(_with_original_select(patcher.original("select")), name)
    return getattr(patcher.original(module), name)


def _with_original_select(select: ModuleType) -> ModuleType:
    """Load `selectors` once more, as it was before eventlet took epoll and its like out of `select`."""
    spec = importlib.util.find_spec("selectors")
    if spec is None or spec.loader is None:
        return selectors
    original, patched = importlib.util.module_from_spec(spec), sys.modules["select"]
    sys.modules["select"] = select
    try:
        spec.loader.exec_module(original)
    finally:
        sys.modules["select"] = patched
    return original


def _original(module: ModuleType, name: str) -> Any:
    if not is_patched():
        return getattr(module, name)
    gevent, eventlet = sys.modules.get("gevent.monkey"), sys.modules.get("eventlet.patcher")
    if gevent is not None and gevent.is_module_patched("threading"):
        return _gevent(module.__name__, name)
    if eventlet is not None and eventlet.is_monkey_patched("thread"):
        return _eventlet(module.__name__, name)
    return getattr(module, name)  # patched by something that nobody knows: what it offers must do


# Taken when this module is imported: what is patched later does not change them.
start_new_thread: Callable[[Callable[[], None], tuple[()]], int] = _original(_thread, "start_new_thread")
allocate_lock: Callable[[], Lock] = _original(_thread, "allocate_lock")
get_ident: Callable[[], int] = _original(_thread, "get_ident")
Selector: Callable[[], selectors.BaseSelector] = _original(selectors, "DefaultSelector")

_original_getaddrinfo: Callable[..., list[Any]] = _original(socket, "getaddrinfo")


def getaddrinfo(*args: Any) -> list[Any]:
    """Resolve a name: by what `socket` has now, which programs and tests may replace, or by the original where greenlets are."""
    return (_original_getaddrinfo if is_patched() else socket.getaddrinfo)(*args)
