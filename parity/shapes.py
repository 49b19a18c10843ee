"""The JSON shape of a type, whichever library declares it, as far as it can be compared."""

from collections.abc import Callable, Iterator, Mapping

import attrs

FREE_FORM = "a free-form object"


@attrs.frozen
class Shape:
    """A type of JSON value, and its parts."""

    kind: str
    words: frozenset[str] = frozenset()
    """The known ones, of a string that has some."""
    item: "Shape | None" = None
    """Of a list or a map."""
    name: str = ""
    """Of an object's class."""
    fields: Callable[[], "Mapping[str, Field]"] = dict
    """Fields of an object, computed when needed, since a class may contain itself."""


@attrs.frozen
class Field:
    """A parameter, or a field of an object."""

    shape: Shape
    required: bool


@attrs.frozen
class Method:
    """An endpoint as one side offers it."""

    parameters: Mapping[str, Field]
    response: Shape


@attrs.frozen
class Mismatch:
    """One way in which two shapes differ."""

    where: str
    """The endpoint, or the class that several share."""
    field: str
    what: str
    detail: str = ""


class Surfaces:
    """Compares what endpoints take and answer; each pair of shared classes once."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def compare(self, where: str, ours: Method, theirs: Method) -> Iterator[Mismatch]:
        """Compare what an endpoint takes and what it answers."""
        yield from self._fields(where, "parameter", ours.parameters, theirs.parameters)
        yield from self._fields(where, "response field", ours.response.fields(), theirs.response.fields())

    def _fields(self, where: str, kind: str, ours: Mapping[str, Field], theirs: Mapping[str, Field]) -> Iterator[Mismatch]:
        for name in sorted(theirs.keys() - ours.keys()):
            yield Mismatch(where, name, f"{kind} that only the vendor has")
        for name in sorted(ours.keys() - theirs.keys()):
            yield Mismatch(where, name, f"{kind} that the vendor lacks")
        for name in sorted(ours.keys() & theirs.keys()):
            if ours[name].required != theirs[name].required:
                side = "only here" if ours[name].required else "only by the vendor"
                yield Mismatch(where, name, f"{kind} that is required {side}")
            yield from self._shapes(where, name, kind, ours[name].shape, theirs[name].shape)

    def _shapes(self, where: str, name: str, kind: str, ours: Shape, theirs: Shape) -> Iterator[Mismatch]:
        if ours.kind != theirs.kind:
            yield Mismatch(where, name, f"{kind} of another type", f"{ours.kind} here, {theirs.kind} there")
        elif ours.item is not None and theirs.item is not None:
            yield from self._shapes(where, name, kind, ours.item, theirs.item)
        elif ours.name and (ours.name, theirs.name) not in self._seen:
            self._seen.add((ours.name, theirs.name))
            yield from self._fields(ours.name, "field", ours.fields(), theirs.fields())
        if theirs.words - ours.words:
            yield Mismatch(where, name, "word that only the vendor knows", ", ".join(sorted(theirs.words - ours.words)))
        if theirs.words and ours.words - theirs.words:
            yield Mismatch(where, name, "word that the vendor does not know", ", ".join(sorted(ours.words - theirs.words)))
