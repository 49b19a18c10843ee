"""`functools.cached_property` without a lock, as in Python 3.12."""

import sys
from collections.abc import Callable
from functools import cached_property as _cached_property
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")

if sys.version_info >= (3, 12):
    cached_property = _cached_property
else:

    class cached_property(Generic[T]):  # noqa: N801  # as it is called in functools
        """A property that is computed once per object, or twice by two threads at the same time.

        Python 3.11 holds a lock meanwhile. A process that is forked at that moment would never get it.
        """

        def __init__(self, func: Callable[[Any], T]) -> None:
            self.func = func
            self.__doc__ = func.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self.attrname = name

        @overload
        def __get__(self, instance: None, owner: type | None = None) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: type | None = None) -> T: ...
        def __get__(self, instance: object | None, owner: type | None = None) -> Self | T:
            """Compute the value, and store it in the instance."""
            if instance is None:
                return self
            value = instance.__dict__[self.attrname] = self.func(instance)
            return value
