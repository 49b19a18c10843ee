"""Show a function that returns a coroutine as a coroutine function, to frameworks and mocks."""

import inspect
import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def coroutine_function(function: F) -> F:
    """Return a function with the same behavior, for which `inspect.iscoroutinefunction` is True."""
    if sys.version_info >= (3, 12):
        return inspect.markcoroutinefunction(function)
    return cast("F", _CoroutineFunction(function))


class _CoroutineFunction:
    """What Python 3.11 takes for an `async def`: it has no mark for that, but reads a flag of the code object.

    An `async def` around the function would do, too; but arguments would be checked only when the call is awaited.
    """

    __slots__ = ("__call__", "__dict__")  # a call goes straight to the function: no frame in between, which would show arguments

    __call__: Callable[..., Any]
    __defaults__ = None
    __kwdefaults__ = None

    def __init__(self, function: Callable[..., Any]) -> None:
        self.__call__ = function
        self.__dict__.update(vars(function))
        for name in ("__module__", "__name__", "__qualname__", "__doc__", "__annotations__"):
            self.__dict__[name] = getattr(function, name)
        code = function.__code__
        self.__dict__["__code__"] = code.replace(co_flags=code.co_flags | inspect.CO_COROUTINE)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """Bind as a function does; this is also how `help()` tells functions from other values."""
        return self if instance is None else self.__call__.__get__(instance, owner)

    def __repr__(self) -> str:
        return repr(self.__call__)
