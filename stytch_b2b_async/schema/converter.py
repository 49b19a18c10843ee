"""The converter: msgspec decodes; cattrs handles what does not match.

msgspec decodes bodies directly into response models. A response that does not match its declaration is structured again with
cattrs, field by field: matching fields are kept, the others become None, and each mismatch is recorded. Discarding the response is
not an option: the API has acted, and it may hold the only copy of a session token.
"""

import json
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import datetime
from functools import cache, partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar, cast

import attrs
import msgspec

from .declare import cached
from .fields import Field, fields_of, models_of
from .json_bounds import excess
from .shapes import FreeForm, ListOf, MapOf, ObjectOf, Scalar, Shape
from .type_hints import is_model

if TYPE_CHECKING:
    from cattrs.preconf.msgspec import MsgspecJsonConverter

T = TypeVar("T")

Mismatch: TypeAlias = tuple[str, str]
"""(path, reason), without the value: `[*]` in a path is any item of a list or map."""

_MAX_MISMATCHES = 1_000  # per response; the largest declaration has 400 paths
SMALL_BODY = 2**16
"""Bytes up to which the interpreter's recursion limit suffices, if counting is slow."""
_COUNTS_FAST = sys.version_info >= (3, 13)  # bytes.count took five instructions per byte before
_MAX_INT = 640  # digits; the lowest limit that an interpreter can be configured with

Hook: TypeAlias = Callable[[Any], Any]
"""Structures a JSON value; raises MismatchError."""

_PYTHON_TYPES: Mapping[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}

_recorder: ContextVar["_PathRecorder"] = ContextVar("recorder")


class MismatchError(ValueError):
    """A value does not match its declaration. The message has the reason, without the value."""


def dumps(value: object) -> bytes:
    """Encode plain values as JSON."""
    try:
        return msgspec.json.encode(value)
    except OverflowError:  # an integer of more than 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def unstructure(value: object) -> Any:
    """Convert a model to plain values, without None fields; a None inside a free-form map is kept."""
    return converter().unstructure(value)


def loads(body: bytes, cls: type[T]) -> tuple[T, list[Mismatch]] | None:
    """Decode a body; return the response and its mismatches, or None if it is not a JSON object."""
    if (_COUNTS_FAST or len(body) > SMALL_BODY) and excess(body) is not None:
        return None
    decode = decoder(cls)
    if decode is None:
        return _loads_leniently(body, cls)
    try:
        return decode(body), []
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _loads_leniently(body, cls)


@cached
def decoder(cls: type[T]) -> Callable[[bytes], T] | None:
    """Return msgspec's decoder of a class; None if a field, at any depth, has another name on the wire."""
    fields = (field for model in models_of(cls) for field in fields_of(model))
    if any(field.catch_all or field.wire_name != field.name for field in fields):
        return None
    return msgspec.json.Decoder(cls).decode


def structured(value: dict[str, Any], cls: type[T]) -> tuple[T, list[Mismatch]]:
    """Structure a decoded JSON object; return the model and its mismatches."""
    try:
        return msgspec.convert(value, cls), []
    except (msgspec.ValidationError, UnicodeEncodeError):
        return _structured_leniently(value, cls)


def loads_object(body: bytes) -> dict[str, Any] | None:
    """Decode a JSON object as plain values; None if it is not one, or exceeds the limits."""
    if excess(body) is not None:
        return None
    try:
        value = _loads_any(body)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _loads_any(body: bytes) -> Any:
    """Decode JSON that msgspec refuses, too: NaN, lone surrogates, a byte-order mark, huge integers."""
    try:
        return json.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError:  # an integer with more digits than int() accepts
        return json.loads(body, parse_int=_number)


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_INT else float(digits)


def _loads_leniently(body: bytes, cls: type[T]) -> tuple[T, list[Mismatch]] | None:
    value = loads_object(body)
    return None if value is None else _structured_leniently(value, cls)


def _structured_leniently(value: dict[str, Any], cls: type[T]) -> tuple[T, list[Mismatch]]:
    recorder = _PathRecorder()
    token = _recorder.set(recorder)
    try:
        return converter().structure(value, cls), recorder.mismatches
    finally:
        _recorder.reset(token)


@attrs.define(eq=False, repr=False)
class _PathRecorder:
    """The current path in the response, and the mismatches found."""

    path: list[str] = attrs.field(factory=lambda: ["$"])
    _found: dict[Mismatch, None] = attrs.field(factory=dict["Mismatch", None])

    @property
    def mismatches(self) -> list[Mismatch]:
        """Each kind once, in the order of their first occurrence."""
        return list(self._found)

    def push(self, step: str) -> Self:
        """Record mismatches below `step`, in a `with` block that goes on after one."""
        self.path.append(step)
        return self

    def __enter__(self) -> None: ...

    # Not contextlib's: since 3.12 its frame and an error keep each other alive, and with them the whole response.
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> bool:
        mismatched = isinstance(error, MismatchError)
        if mismatched and len(self._found) < _MAX_MISMATCHES:
            self._found["".join(self.path), str(error)] = None
        self.path.pop()
        return mismatched


def _model_hook(cls: type[attrs.AttrsInstance]) -> Callable[[Any, Any], Any]:
    fields = [(field, _field_hook(field)) for field in fields_of(cls)]
    taken = {field.wire_name for field, _ in fields if not field.catch_all}

    def structure(value: Any, _: Any) -> Any:
        entries = _expect_object(value)
        recorder = _recorder.get()
        model = object.__new__(cls)
        for field, hook in fields:
            object.__setattr__(model, field.name, None)
            with recorder.push(f".{field.wire_name}"):
                if field.catch_all:
                    rest = {key: item for key, item in entries.items() if key not in taken}
                    object.__setattr__(model, field.name, hook(rest))
                elif field.wire_name in entries:
                    object.__setattr__(model, field.name, hook(entries[field.wire_name]))
                elif field.required:
                    raise MismatchError("required field missing")
        return model

    return structure


def _field_hook(field: Field) -> Hook:
    hook = _hook(field.shape)
    return (lambda value: None if value is None else hook(value)) if field.nullable else hook


def _hook(shape: Shape) -> Hook:
    """Return the function that structures JSON of a shape."""
    match shape:
        case Scalar():
            return partial(_scalar, datetime if shape.format else _PYTHON_TYPES[shape.type])
        case ListOf(item=item):
            return partial(_list, _hook(item))
        case MapOf(value=value):
            return partial(_map, _hook(value))
        case FreeForm():
            return lambda value: {**_expect_object(value)}
        case ObjectOf(model=model):
            return lambda value: converter().structure(value, model)


def _list(hook: Hook, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise MismatchError(f"expected an array, got {_kind(value)}")
    kept: list[Any] = []
    for item in cast("list[Any]", value):
        with _recorder.get().push("[*]"):  # not the position: a long list would hide all other mismatches
            kept.append(hook(item))
    return kept


def _map(hook: Hook, value: Any) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, item in _expect_object(value).items():
        with _recorder.get().push("[*]"):  # not the key: it is a value, and of any length
            kept[key] = hook(item)
    return kept


def _expect_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MismatchError(f"expected an object, got {_kind(value)}")
    return cast("dict[str, Any]", value)


def _scalar(python_type: type[Any], value: Any) -> Any:
    try:
        return msgspec.convert(value, python_type)
    except msgspec.ValidationError as error:
        mismatch = str(error)
    except UnicodeEncodeError:  # whose text repeats the value
        mismatch = "half of a surrogate pair"
    raise MismatchError(mismatch)


def _kind(value: object) -> str:
    names: Mapping[type, str] = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _omitting_none(_: Any) -> Callable[[attrs.AttrsInstance], dict[str, Any]]:
    return _omit_none


def _omit_none(value: attrs.AttrsInstance) -> dict[str, Any]:
    given = ((field, getattr(value, field.name)) for field in fields_of(type(value)))
    plain: dict[str, Any] = {}
    for field, inner in given:
        if inner is not None:
            kept = converter().unstructure(inner)
            plain.update(kept if field.catch_all else {field.wire_name: kept})
    return plain


@cache
def converter() -> "MsgspecJsonConverter":
    """Create the converter on first use."""
    from cattrs.preconf.msgspec import MsgspecJsonConverter

    made = MsgspecJsonConverter()
    made.register_structure_hook_factory(is_model, _model_hook)
    made.register_unstructure_hook_factory(is_model, _omitting_none)
    made.register_unstructure_hook(dict, lambda value: value)
    return made
