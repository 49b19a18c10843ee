"""Real threads, locks and selectors, even if gevent or eventlet has replaced them with greenlets.

An event loop needs its own thread. Where `threading` is patched, its threads are greenlets that share one real thread: asyncio
refuses a second loop there, and a loop that waits in C, as uvloop's does, would block the whole program.
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
    """The interface of an unpatched `threading.Lock()`."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002  # as it is
        """Acquire the lock."""
        ...

    def release(self) -> None:
        """Release the lock."""
        ...


def is_patched() -> bool:
    """Return whether `threading` starts greenlets."""
    return type(_thread.start_new_thread) is not BuiltinFunctionType


def _gevent(module: str, name: str) -> Any:
    return importlib.import_module("gevent.monkey").get_original(module, name)


def _eventlet(module: str, name: str) -> Any:
    patcher = importlib.import_module("eventlet.patcher")
    if module == "selectors":
        return getattr(_with_original_select(patcher.original("select")), name)
    return getattr(patcher.original(module), name)


def _with_original_select(select: ModuleType) -> ModuleType:
    """Load a second copy of `selectors`, as it was before eventlet removed epoll and others from `select`."""
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
    return getattr(module, name)  # patched by an unknown library: use what it offers


# Read when this module is imported: later patches do not change them.
start_new_thread: Callable[[Callable[[], None], tuple[()]], int] = _original(_thread, "start_new_thread")
allocate_lock: Callable[[], Lock] = _original(_thread, "allocate_lock")
get_ident: Callable[[], int] = _original(_thread, "get_ident")
Selector: Callable[[], selectors.BaseSelector] = _original(selectors, "DefaultSelector")

_original_getaddrinfo: Callable[..., list[Any]] = _original(socket, "getaddrinfo")


def getaddrinfo(*args: Any) -> list[Any]:
    """Resolve a name with `socket`'s current function, which programs may replace, or the original under a greenlet library."""
    return (_original_getaddrinfo if is_patched() else socket.getaddrinfo)(*args)
