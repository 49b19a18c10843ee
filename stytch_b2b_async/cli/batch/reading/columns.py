"""Columns: where the values of an input belong in a request."""

import re
from collections.abc import Sequence
from typing import Any, Final, cast

import attrs

from stytch_b2b_async.catalog import EndpointInfo
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.schema import FreeForm, MapOf, ObjectOf, Scalar, Shape, did_you_mean, fields_of

from .json_text import DECODER
from .problems import InputError, UnreadableError

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
_BOOLEANS: Final = {"true": True, "false": False}
_FIELD: Final = re.compile(r"([a-z0-9_]+)(\S*) (.*)", re.DOTALL)


@attrs.frozen
class Column:
    """A column of the input."""

    name: str
    path: tuple[str, ...]
    """From the parameter to a nested field, by their names in Python."""
    shape: Shape
    required: bool

    @property
    def is_text(self) -> bool:
        """Whether its values are strings."""
        return isinstance(self.shape, Scalar) and self.shape.type == "string"

    def parsed(self, text: str) -> Any:
        """Read the text of a cell; None if it is empty."""
        if not text:
            return None
        match self.shape:
            case Scalar(type="string"):
                return text
            case Scalar(type="integer"):
                if not _INTEGER.fullmatch(text):
                    raise InputError("not an integer", column=self.name)
                return int(text)
            case Scalar(type="number"):
                try:
                    return float(text)
                except ValueError:
                    raise InputError("not a number", column=self.name) from None
            case Scalar():
                if text.lower() not in _BOOLEANS:
                    raise InputError("neither true nor false", column=self.name)
                return _BOOLEANS[text.lower()]
            case _:
                return self._json(text)

    def read(self, value: Any) -> Any:
        """Read a value of a format that has types."""
        if isinstance(self.shape, Scalar):
            return value
        if isinstance(value, str):
            return self.parsed(value)
        if isinstance(self.shape, MapOf | FreeForm) and isinstance(value, list):
            return _mapping(cast("list[Any]", value))
        return value

    def _json(self, text: str) -> Any:
        try:
            return DECODER.decode(text)
        except InputError as problem:
            reason = problem.reason if problem.column is None else f"{problem.column} appears twice"
            raise InputError(reason, column=self.name) from None
        except (ValueError, RecursionError):
            raise InputError("not valid JSON", column=self.name) from None


class Columns:
    """The columns of an input. Raises InputError for an unknown or doubled one, and for a required one that is missing."""

    def __init__(self, endpoint: EndpointInfo, names: Sequence[str]) -> None:
        self._endpoint = endpoint
        known = {name for parameter in endpoint.parameters for name in (parameter.name, parameter.wire_name)}
        if not any(name.partition(".")[0] in known for name in names):  # not a header, but values, which may be secrets
            raise UnreadableError(f"no column is a parameter of {endpoint.operation}, which has {_listed(endpoint)}")
        self._columns = [_column(endpoint, name) for name in names]
        self._only_text = all(column.is_text for column in self._columns)
        self._only_scalars = all(isinstance(column.shape, Scalar) for column in self._columns)
        self._places = [(column.path[0] if len(column.path) == 1 else None, column) for column in self._columns]
        nested = any(len(column.path) > 1 for column in self._columns)
        self._names = None if nested else [column.path[0] for column in self._columns]
        seen: list[tuple[str, ...]] = []
        for column in self._columns:
            if any(column.path[: len(other)] == other or other[: len(column.path)] == column.path for other in seen):
                raise UnreadableError("the column appears twice", column=column.name)
            seen.append(column.path)
        for parameter in endpoint.parameters:
            if parameter.required and not any(path[0] == parameter.name for path in seen):
                raise UnreadableError("the column is missing", column=parameter.wire_name)

    def surely_accept(self, cells: Sequence[str]) -> bool:
        """Whether a row of text is valid without doubt, which is found faster than by creating its request."""
        return (
            self._only_text
            and len(cells) == len(self._columns)
            and all(cells)
            and is_plain("".join(cells))
            and "." not in cells
            and ".." not in cells
        )

    def from_text(self, row: int, cells: Sequence[str]) -> Request[Any]:
        """Create the request of a row of text."""
        if len(cells) != len(self._columns):
            few = "few" if len(cells) < len(self._columns) else "many"
            raise InputError(f"the row has too {few} values: {len(cells)} for {len(self._columns)} columns", row)
        if self._only_text:
            if self._names is not None and all(cells):
                return self._created(row, dict(zip(self._names, cells, strict=True)))
            return self.request(row, [cell or None for cell in cells])
        try:
            values = [column.parsed(cell) for column, cell in zip(self._columns, cells, strict=True)]
        except InputError as problem:
            raise InputError(problem.reason, row, problem.column) from None
        return self.request(row, values)

    def from_values(self, row: int, values: Sequence[Any]) -> Request[Any]:
        """Create the request of a row of values, of which those of nested parameters may be JSON, or pairs of a map."""
        if self._only_scalars:
            return self.request(row, values)
        try:
            read = [column.read(value) for column, value in zip(self._columns, values, strict=True)]
        except InputError as problem:
            raise InputError(problem.reason, row, problem.column) from None
        return self.request(row, read)

    def request(self, row: int, values: Sequence[Any]) -> Request[Any]:
        """Create the request of a row of values."""
        arguments: dict[str, Any] = {}
        for (name, column), value in zip(self._places, values, strict=True):
            if value is None or value == "":
                if column.required:
                    raise InputError("the value is empty, and required", row, column.name)
                if value is None:
                    continue
            if name is not None:
                arguments[name] = value
            else:
                _place(arguments, column.path, value)
        return self._created(row, arguments)

    def _created(self, row: int, arguments: dict[str, Any]) -> Request[Any]:
        try:
            return self._endpoint.request(**arguments)
        except (TypeError, ValueError) as error:
            raise self._explained(row, str(error)) from None

    def _explained(self, row: int, message: str) -> InputError:
        """Find the column that an error names."""
        found = _FIELD.match(message)
        names = {parameter.name: parameter.wire_name for parameter in self._endpoint.parameters}
        if found is None or found[1] not in names:
            return InputError(message, row)
        return InputError(found[3], row, f"{names[found[1]]}{found[2]}")


def _column(endpoint: EndpointInfo, name: str) -> Column:
    head, *rest = name.split(".")
    for parameter in endpoint.parameters:
        if head in {parameter.name, parameter.wire_name}:
            path, shape = _nested(name, (parameter.name,), parameter.shape, rest)
            return Column(name, path, shape, parameter.required and not rest)
    instead = did_you_mean(head, [parameter.wire_name for parameter in endpoint.parameters])
    raise UnreadableError(f"{endpoint.operation} has no such parameter{instead or f'; it has {_listed(endpoint)}'}", column=name)


def _listed(endpoint: EndpointInfo) -> str:
    return ", ".join(parameter.wire_name for parameter in endpoint.parameters)


def _nested(name: str, path: tuple[str, ...], shape: Shape, rest: Sequence[str]) -> tuple[tuple[str, ...], Shape]:
    for index, inner in enumerate(rest):
        match shape:
            case ObjectOf(model=model):
                fields = {field.wire_name: field for field in fields_of(model)}
                if inner not in fields:
                    raise UnreadableError(f"no such field{did_you_mean(inner, fields)}", column=name)
                path, shape = (*path, fields[inner].name), fields[inner].shape
            case FreeForm() | MapOf() if all(rest[index:]):
                return (*path, ".".join(rest[index:])), Scalar("string")
            case FreeForm() | MapOf():
                raise UnreadableError("a field has no name", column=name)
            case _:
                raise UnreadableError(f"{'.'.join(path)} has no fields", column=name)
    return path, shape


def _place(arguments: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    inner = arguments
    for name in path[:-1]:
        inner = inner.setdefault(name, {})
    inner[path[-1]] = value


def _mapping(values: list[Any]) -> Any:
    """Return the map that these are the entries of; otherwise, the list itself."""
    if not all(isinstance(each, tuple) and len(cast("tuple[Any, ...]", each)) == 2 for each in values):  # noqa: PLR2004  # a pair
        return values
    return dict(cast("list[tuple[Any, Any]]", values))


def is_plain(text: str) -> bool:
    """Whether text is printable ASCII: what every parameter that is a string takes, unless it is empty, `.` or `..`."""
    return text.isascii() and text.isprintable()
