"""What error trackers and debuggers show of an error: the locals of every frame, by the tools that people use."""

import importlib
import importlib.util
import linecache
import traceback
import warnings
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import Any, cast
from unittest.mock import patch

HERE = str(Path(__file__).parents[1])
"""The folder of the tests."""


def chain(error: BaseException) -> list[BaseException]:
    """List an error and those that it came from, suppressed or not."""
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and one not in found:
            found.append(one)
            waiting += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
    return found


def shown(error: BaseException, *, all_tools: bool = True) -> Iterator[tuple[str, str]]:
    """Yield (tool, all that it shows of an error); the tests' own frames are taken off it first."""
    for one in chain(error):
        _drop_frames_of_tests(one)
    yield from (("reprs", text) for one in chain(error) for text in _reprs(one))
    if not all_tools:
        return  # they show what the reprs do, and take long
    yield "traceback", "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    yield "rich", _rich(error)
    if importlib.util.find_spec("sentry_sdk") is not None:
        yield "sentry", _sentry(error)
    if importlib.util.find_spec("cgitb") is not None and error.__traceback__ is not None:
        yield "cgitb", _cgitb(error)


def _drop_frames_of_tests(error: BaseException) -> None:
    kept: TracebackType | None = None
    for entry in reversed([*_entries(error)]):
        if not entry.tb_frame.f_code.co_filename.startswith(HERE):
            kept = TracebackType(kept, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    error.__traceback__ = kept


def _entries(error: BaseException) -> Iterator[TracebackType]:
    entry = error.__traceback__
    while entry is not None:
        yield entry
        entry = entry.tb_next


def _reprs(error: BaseException) -> Iterator[str]:
    yield f"{error!r} {error} {error.args!r} {vars(error)!r} {getattr(error, '__notes__', None)}"
    for frame in (entry.tb_frame for entry in _entries(error)):
        for name, value in frame.f_locals.items():
            yield f"{frame.f_code.co_filename}:{frame.f_code.co_name}: {name} = {_walked(value)}"


def _walked(value: Any, levels: int = 4) -> str:
    """Repr a value and, as trackers do, each of what is in mappings and sequences."""
    if levels and isinstance(value, dict):
        return f"{value!r} {[_walked(item, levels - 1) for item in cast('dict[Any, Any]', value).items()]}"
    if levels and isinstance(value, list | tuple | set | frozenset):
        return f"{value!r} {[_walked(item, levels - 1) for item in cast('list[Any]', value)]}"
    return repr(value)


def _rich(error: BaseException) -> str:
    from rich.console import Console
    from rich.traceback import Traceback

    told = StringIO()
    kind, trace = type(error), error.__traceback__
    report = Traceback.from_exception(kind, error, trace, show_locals=True, locals_max_length=500, locals_max_string=5_000)
    with patch.object(linecache, "getlines", lambda *_: ["..."]):  # to highlight source takes long
        Console(file=told, width=400, force_terminal=False, color_system=None).print(report)
    return told.getvalue()


def _sentry(error: BaseException) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of eventlet, which it imports
        from sentry_sdk.serializer import serialize
        from sentry_sdk.utils import event_from_exception

    options: dict[str, Any] = {"include_local_variables": True, "include_source_context": True, "max_value_length": 100_000}
    event, _ = event_from_exception(error, client_options=options)
    return repr(serialize(cast("Any", event), max_value_length=100_000))


def _cgitb(error: BaseException) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it leaves the standard library with 3.13
        cgitb: Any = importlib.import_module("cgitb")
    return cast("str", cgitb.text((type(error), error, error.__traceback__)))
