"""Differences between two recorded requests."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import unquote

from .recorder import Recorded

Found: TypeAlias = tuple[str, str, str]
"""(what differs, the field, the values)"""


def differences(ours: Recorded, theirs: Recorded) -> Iterator[Found]:
    """Compare two requests, part by part."""
    if ours.method != theirs.method:
        yield "method", "", f"{ours.method} here, {theirs.method} there"
    if ours.path != theirs.path:
        what = "path that is quoted otherwise" if _segments(ours) == _segments(theirs) else "path"
        yield what, "", f"{ours.path} here, {theirs.path} there"
    yield from _headers(ours, theirs)
    segments = _segments(ours)
    yield from _fields("query", segments, ours.query, theirs.query)
    if (ours.body is None) != (theirs.body is None):
        yield "body", "", f"{ours.body} here, {theirs.body} there"
    else:
        yield from _fields("body", segments, ours.body or {}, theirs.body or {})


def _segments(recorded: Recorded) -> list[str]:
    return [unquote(segment) for segment in recorded.path.split("/")]


def _headers(ours: Recorded, theirs: Recorded) -> Iterator[Found]:
    for name in sorted(ours.headers.keys() | theirs.headers.keys()):
        one, other = ours.headers.get(name), theirs.headers.get(name)
        if one == other:
            continue
        if name == "content-type" and one is None and theirs.body is None:
            yield "header that describes a body where there is none", name, f"{other} there"
        else:
            yield "header", name, f"{one} here, {other} there"


def _fields(place: str, segments: list[str], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Found]:
    for name in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(name), theirs.get(name)
        if name not in theirs:
            yield f"{place} field that only we send", name, repr(one)
        elif name not in ours:
            what = f"path value repeated in the {place}" if other in segments else f"{place} field that only the vendor sends"
            yield what, name, repr(other)
        elif place == "query" and other in {"True", "False"} and one == other.lower():
            yield "boolean in the query that is spelt as in Python", name, f"{one} here, {other} there"
        elif one != other:
            yield f"{place} field with another value", name, f"{one!r} here, {other!r} there"
