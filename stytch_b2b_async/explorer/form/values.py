"""Read the values of a form by the shapes of the parameters."""

import json
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from stytch_b2b_async.schema import FreeForm, ListOf, MapOf, ObjectOf, Scalar, Shape, fields_of

from .entries import Node, rows_of


class Absent(Enum):
    """A value that was not entered."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
_INTEGER: Final = re.compile(r"-?\d{1,400}", re.ASCII)
_JSON_START: Final = ("{", "[", '"')


class Reader:
    """Reads values, and remembers where each was entered, so that errors can be shown there."""

    def __init__(self, empties: frozenset[str]) -> None:
        self._empties = empties
        self.places: dict[str, str] = {}
        """The path of each input, by the path that the SDK's errors name."""
        self.errors: dict[str, str] = {}
        """What cannot be read, by the path of its input."""

    def read(self, shape: Shape, node: Node | None, path: str, place: str) -> Any:
        """Return a value; ABSENT if nothing was entered. `path` is the SDK's, `place` the input's."""
        self.places[path] = place
        found: list[Any] | dict[str, Any]
        match shape:
            case Scalar():
                return self._scalar(shape, node if isinstance(node, str) else "", place)
            case ListOf(item=item):
                found = self._list(item, node, path, place)
            case FreeForm() | MapOf():
                found = self._map(node, path, place)
            case ObjectOf(model=model):
                found = self._object(model, node, path, place)
        return found if found or place in self._empties else ABSENT

    def _scalar(self, shape: Scalar, text: str, place: str) -> Any:
        if text == "":
            return "" if place in self._empties and shape.type == "string" else ABSENT
        match shape.type:
            case "string":
                return text
            case "integer":
                return int(text) if _INTEGER.fullmatch(text.strip()) else text  # the SDK says what is wrong with others
            case "number":
                return _number(text)
            case "boolean":
                return {"true": True, "false": False}.get(text, text)

    def _list(self, item: Shape, node: Node | None, path: str, place: str) -> list[Any]:
        found: list[Any] = []
        for number, row in rows_of(node):
            value = self.read(item, row, f"{path}[{len(found)}]", f"{place}.{number}")
            if value is not ABSENT:
                found.append(value)
        return found

    def _map(self, node: Node | None, path: str, place: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for number, row in rows_of(node):
            entry = row if isinstance(row, dict) else {}
            key, text = entry.get("key", ""), entry.get("value", "")
            if not isinstance(key, str) or not isinstance(text, str) or (not key and not text):
                continue
            here = f"{place}.{number}"
            if key in found or not key:
                self.errors[f"{here}.key"] = f"the key {key!r} appears twice" if key else "a key is missing"
            self.places[f"{path}.{key}"] = f"{here}.value"
            try:
                found[key] = json_or_text(text)
            except ValueError as error:
                self.errors[f"{here}.value"] = str(error)
        return found

    def _object(self, model: type[Any], node: Node | None, path: str, place: str) -> dict[str, Any]:
        inner: Mapping[str, Node] = node if isinstance(node, dict) else {}
        read = {
            field.name: self.read(field.shape, inner.get(field.name), f"{path}.{field.name}", f"{place}.{field.name}")
            for field in fields_of(model)
        }
        return {name: value for name, value in read.items() if value is not ABSENT}


def json_or_text(text: str) -> Any:
    """Read a value of free-form JSON: JSON if it is, and text otherwise. Raises ValueError for what only begins like JSON."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        if not text.lstrip().startswith(_JSON_START):
            return text
        reason = f"{error.msg} at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else error
        raise ValueError(f"not valid JSON: {reason}; a text that begins so is written in quotes") from None


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not a JSON value")


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text
