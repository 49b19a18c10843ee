"""Drift: whatever happens to a part of a reply, the rest is read as if nothing had."""

import copy
import json
from functools import cache
from typing import Any, TypeAlias

from hypothesis import strategies as st

from stytch_b2b_async.schema import Model
from support.replies import Path, full, paths

GONE = object()
NEW_FIELD = "a field that nobody knows"
RETYPED: list[Any] = [None, True, 5, -0.5, "", "brand new word", "2026-01-02", [], [5], {}, {"new": "field"}]

Drift: TypeAlias = tuple[Any, Any, set[Path], set[Path]]
"""(a full reply, the same after drifting, where it drifted, where it got a new field)"""


@st.composite
def drifts(draw: st.DrawFn, cls: type[Model]) -> Drift:
    """Draw a drift of a class's full reply: fields that are missing, null, of another type, new, and words that nobody knows."""
    text, places = _full(cls)  # type: ignore[arg-type]  # mypy takes an instance's __hash__ for the class's
    said, after = json.loads(text), json.loads(text)
    touched = set(draw(st.lists(places, min_size=1, max_size=4)))
    for path in sorted(
        touched, key=lambda path: (len(path), str(path)), reverse=True
    ):  # from the inside out: what is cut off was changed before
        _change(after, path, draw(st.just(GONE) | _retyped()))
    grown: set[Path] = set()
    for path in draw(st.lists(st.just(()) | places, max_size=2)):
        if isinstance(parent := _at(after, path), dict):
            parent[NEW_FIELD] = draw(_retyped())
            grown.add((*path, NEW_FIELD))  # where it is an entry of a map, it has a type to keep
    return said, after, touched, grown


@cache
def _full(cls: type[Model]) -> tuple[str, st.SearchStrategy[Path]]:
    """A class's full reply, and its paths."""
    said = full(cls)
    return json.dumps(said), st.sampled_from(list(paths(said)))


def _retyped() -> st.SearchStrategy[Any]:
    return st.sampled_from(RETYPED).map(copy.deepcopy)  # what is put into one reply may grow there


def _at(value: Any, path: Path) -> Any:
    for step in path:
        try:
            value = value[step]
        except (IndexError, KeyError, TypeError):  # what was there has drifted away
            return None
    return value


def _change(value: Any, path: Path, into: Any) -> None:
    parent = _at(value, path[:-1])
    if into is not GONE:
        parent[path[-1]] = into
    elif isinstance(parent, dict):
        del parent[path[-1]]
    else:
        parent[path[-1]] = None  # a hole, so that the places of its neighbours stay


def check_untouched(said: Any, got: Any, touched: set[Path], here: Path = ()) -> None:
    """Compare all that lies outside of what was touched."""
    if here in touched:
        return
    if not any(path[: len(here)] == here for path in touched):
        assert _holds(got, said), here
    elif isinstance(said, dict):
        for key in said:
            check_untouched(said[key], got.get(key), touched, (*here, key))
    else:
        whole = [item for index, item in enumerate(said) if not any(path[: len(here) + 1] == (*here, index) for path in touched)]
        assert all(any(_holds(kept, item) for kept in got) for item in whole), here


def _holds(got: Any, said: Any) -> bool:
    """Tell whether all that was said is there; free-form maps keep what is new as well."""
    if isinstance(said, dict):
        return isinstance(got, dict) and all(key in got and _holds(got[key], inner) for key, inner in said.items())
    if isinstance(said, list):
        return isinstance(got, list) and len(said) == len(got) and all(map(_holds, got, said))
    return bool(said == got)


def is_within(mismatch: str, path: Path) -> bool:
    """Return whether a mismatch was recorded at a path of a reply, or below it."""
    rest = mismatch.removeprefix("$")
    for step in path:
        ways = (f".{step}", "[*]") if isinstance(step, str) else ("[*]",)  # keys of maps and positions in lists are not shown
        written = next((way for way in ways if rest.startswith(way)), None)
        if written is None:
            return False
        rest = rest.removeprefix(written)
    return not rest or rest.startswith((".", "["))
