"""Keep secrets out of the local variables of tracebacks, which error trackers store.

- Objects that hold secrets hide them in their repr (`schema.SENSITIVE`), so they may be local variables anywhere.
- Functions that take secrets as plain strings are decorated with `clean_traceback`.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from traceback import extract_tb
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])
E = TypeVar("E", bound=Exception)

_EXPECTED = (TypeError, ValueError, ImportError)


def clean_traceback(function: F) -> F:
    """Reraise a function's exceptions from a frame that holds neither its arguments nor its locals."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  # raised again, whatever it is
            failure = without_frames(error)
        args, kwargs = (), {}  # emptied, not deleted: cgitb looks for all arguments of a frame
        try:
            raise failure
        finally:
            del failure  # or its traceback and this frame would keep each other alive

    return cast("F", call)


def without_frames(error: E) -> E:
    """Remove the traceback, cause and context of an error. Raise it outside of the handler, which would chain it.

    An unexpected error gets a note about where it was raised.
    """
    if not isinstance(error, _EXPECTED) and not type(error).__module__.startswith(f"{__package__}."):
        places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)]
        error.add_note(f"raised at {', '.join(places)}")
    if isinstance(error, AttributeError):
        error.obj = None  # whatever it was that lacks it
    error.__cause__ = error.__context__ = error.__traceback__ = None
    return error
