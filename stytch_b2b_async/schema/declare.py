"""Decorators for the frozen attrs classes of this package."""

from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any, TypeVar, cast, dataclass_transform

import attrs

from stytch_b2b_async._tracebacks import without_frames

T = TypeVar("T")


F = TypeVar("F", bound=Callable[..., Any])


# Equality and repr come from Model. Skipping generated eq, repr and match_args halves class creation time.
_value_class = attrs.frozen(eq=False, repr=False, match_args=False)


_frozen = attrs.frozen(kw_only=True, eq=False, repr=False, match_args=False, weakref_slot=False, getstate_setstate=False)


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False, field_specifiers=(attrs.field,))
def frozen(cls: type[T], /) -> type[T]:
    """Create a slotted, immutable attrs class with keyword-only fields."""
    made = _frozen(cls)
    made.__init__ = _explaining(made.__init__)  # type: ignore[method-assign]  # with the same parameters
    return made


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(attrs.field,))
def value_class(cls: type[T], /) -> type[T]:
    """Create such a class with positional fields: for this package's own values, which do not come from the API."""
    return _value_class(cls)


def _explaining(init: F) -> F:
    """Replace the TypeError of `__init__` by one in terms of the endpoint."""

    @wraps(init)
    def explained(*args: Any, **kwargs: Any) -> None:
        try:
            init(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  # reraised
            misuse = _misuse(cast("object", args[0]).__class__, len(args) - 1, kwargs) if isinstance(error, TypeError) else None
            refusal = without_frames(error) if misuse is None else TypeError(misuse)  # validation errors have their own message
        else:
            return
        args, kwargs = (), {}  # so that no traceback shows them
        try:
            raise refusal
        finally:
            del refusal  # or its traceback and this frame would keep each other alive

    return cast("F", explained)


def _misuse(cls: type, positional: int, given: Iterable[str]) -> str | None:
    name = getattr(cls, "operation", cls.__name__)
    if positional:
        return f"{name} takes keyword arguments only"
    fields = attrs.fields(cast("Any", cls))
    names = [field.name for field in fields]
    takes = f"; it takes {', '.join(names)}"
    for unknown in (each for each in given if each not in names):
        return f"{name}: unknown parameter {unknown}{did_you_mean(unknown, names) or takes}"
    missing = [field.name for field in fields if field.default is attrs.NOTHING and field.name not in given]
    return f"{name}: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} required" if missing else None


def cached(function: F) -> F:
    """Cache a function's results: `functools.cache`, typed with the function's signature."""
    return cast("F", cache(function))


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return a suggestion of a similar name, as the end of a sentence; empty if there is none."""
    from difflib import get_close_matches  # needed for errors only

    close = get_close_matches(name, names, n=1, cutoff=0.7)
    return f"; did you mean {close[0]}?" if close else ""
