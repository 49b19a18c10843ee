"""A property that imports what it returns."""

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, Self, TypeVar, overload

from stytch_b2b_async.concurrency.lazy_imports import load

T = TypeVar("T")


class cached_property(Generic[T]):  # noqa: N801  # as it is called in functools
    """A property that is computed once per object; if two threads race, perhaps twice.

    Unlike functools' it takes no lock on Python 3.11, which a process that is forked at that moment would find locked for ever,
    and the import of the first use is out of reach of signal handlers.
    """

    def __init__(self, func: Callable[[Any], T]) -> None:
        self.func = func
        self.__doc__ = func.__doc__
        self._is_loaded = False

    def __set_name__(self, owner: type, name: str) -> None:
        self.attrname = name

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> T: ...
    def __get__(self, instance: object | None, owner: type | None = None) -> Self | T:
        """Compute the value, which takes the property's place."""
        if instance is None:
            return self
        value = self.func(instance) if self._is_loaded else load(partial(self.func, instance))
        self._is_loaded = True
        instance.__dict__[self.attrname] = value
        return value
