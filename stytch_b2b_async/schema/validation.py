"""Request validation: reject wrong types and unsafe values before sending; errors name the field, never the value."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import attrs

from .declare import cached, did_you_mean
from .fields import Field, fields_of
from .markers import Location
from .model import Model
from .shapes import FreeForm, ListOf, MapOf, ObjectOf, Scalar, Shape

Check: TypeAlias = Callable[[str, Any], Any]
"""(path, value) → the value to keep; raises TypeError or ValueError with the path."""

_PYTHON_TYPES: Mapping[str, type] = {"boolean": bool, "integer": int, "number": float}
_BYTES = (bytes, bytearray, memoryview)
_SCOPING_IDS = frozenset({"organization_id", "member_id", "member_session_id"})
"""Ids for which `""` would widen the scope of a call; other fields are cleared by it."""
_MAX_FLOAT = 1e300  # for a float field, which also accepts an int
_MAX_DEPTH = 64  # levels of a free-form map; the API's own limit is 4 KB
_MAX_VALUES = 100_000  # in a free-form map: lists that contain each other are small but endless
_INT64 = 2**63
_MAX_BITS = 1024  # of a number in a free-form map: most JSON parsers read numbers as doubles


def check_fields(value: Model, within: str = "") -> None:
    """Validate every field of a declared value, and convert mappings into the models that they stand for."""
    for name, check, is_required, default in _checks_of(type(value)):
        given = getattr(value, name)
        if given is default:
            continue
        if given is None:
            if is_required:
                raise TypeError(f"{within}{name} is required and must not be None")
            continue
        kept = check(within + name, given)
        if kept is not given:
            object.__setattr__(value, name, kept)


@cached
def _checks_of(cls: type[Model]) -> tuple[tuple[str, Check, bool, object], ...]:
    """Return the name of each field that is checked, its check, whether it must not be None, and its default."""
    defaults = {attribute.name: attribute.default for attribute in attrs.fields(cls)}
    checks = ((field, _field_check(field)) for field in fields_of(cls))
    return tuple((field.name, check, field.required, defaults[field.name]) for field, check in checks if check is not _accept_any)


def _field_check(field: Field) -> Check:
    if field.location is Location.PATH:
        return _path_segment
    if field.location is Location.CLIENT_ONLY:
        return _local_check(field)
    if field.name in _SCOPING_IDS or (field.required and field.name.endswith("_id")):
        return _id
    return _check(field.shape)


@cached
def _check(shape: Shape) -> Check:
    """Choose the check of a shape."""
    match shape:
        case Scalar(type="string"):
            return _text
        case Scalar():
            return _scalar_check(_PYTHON_TYPES[shape.type])
        case ListOf(item=item):
            return _list_check(_check(item))
        case FreeForm() | MapOf():
            return _json_object
        case ObjectOf(model=model):
            return _model_check(model)


def _local_check(field: Field) -> Check:
    """Return the check for a field that is not sent: secrets are left to local checks, models are accepted as they are."""
    if field.sensitive:
        return _accept_any
    if isinstance(field.shape, ObjectOf) and not field.accepts_mapping:
        return _instance_check(field.shape.model)
    return _check(field.shape)


def _instance_check(cls: type[Model]) -> Check:
    def instance(path: str, value: Any) -> Any:
        if not isinstance(value, cls):
            raise _type_error(path, _article(cls.__name__), value)
        return value

    return instance


def _accept_any(path: str, value: Any) -> Any:  # noqa: ARG001  # has the signature of a check
    return value


def _text(path: str, value: Any) -> Any:
    if type(value) is not str:
        if not isinstance(value, str):
            raise _type_error(path, "a str", value)
        value = str.__str__(value)  # an enum member stands for its value
    if not value.isascii():
        _encodable(path, value)
    return value


def _encodable(path: str, value: str) -> None:
    # Not `try: value.encode()`: the error would carry the whole text, which may be a secret.
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError(f"{path} contains an unpaired surrogate, which cannot be encoded as UTF-8")


def _id(path: str, value: Any) -> Any:
    text = _text(path, value)
    if not text:
        raise ValueError(f"{path} must not be empty")
    return text


def _path_segment(path: str, value: Any) -> Any:
    """Reject what would address another resource: an empty segment, `.` and `..`."""
    segment = _id(path, value)
    if segment in {".", ".."}:
        raise ValueError(f"{path} must not be {segment!r}: as a path segment it would address another resource")
    refuse_control_characters(path, segment)
    return segment


def refuse_control_characters(path: str, value: str) -> None:
    """Raise ValueError for text that could end a line or header early."""
    if any(letter < " " or letter == "\x7f" for letter in value):
        raise ValueError(f"{path} must not contain control characters")


def _scalar_check(kind: type) -> Check:
    accepted = (int, float) if kind is float else kind

    def scalar(path: str, value: Any) -> Any:
        if not isinstance(value, accepted) or (kind is not bool and isinstance(value, bool)):
            raise _type_error(path, f"{'an' if kind is int else 'a'} {kind.__name__}", value)
        if kind is float and isinstance(value, int) and abs(value) > _MAX_FLOAT:
            raise ValueError(f"{path} must be at most {_MAX_FLOAT:g}")
        if kind is int and not -_INT64 <= cast("int", value) < _INT64:
            raise ValueError(f"{path} must fit in 64 bits")
        return _number(path, value)

    return scalar


def _number(path: str, value: Any) -> Any:
    """Return a number, or that of an enum member, if JSON can represent it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        if value.bit_length() > _MAX_BITS:
            raise ValueError(f"{path} must fit in {_MAX_BITS} bits")
        return int.__index__(value)
    if not math.isfinite(value):
        raise ValueError(f"{path} must be a finite number")
    return float.__float__(value)


def _list_check(check: Check) -> Check:
    def each(path: str, value: Any) -> Any:
        if not isinstance(value, Sequence) or isinstance(value, (str, *_BYTES)):
            raise _type_error(path, "a list", cast("object", value))
        items = cast("Sequence[Any]", value)
        return [check(f"{path}[{index}]", item) for index, item in enumerate(items)]

    return each


def _model_check(cls: type[Model]) -> Check:
    names = frozenset(field.name for field in fields_of(cls))

    def model(path: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            given = cast("Mapping[str, Any]", value)
            value = _from_mapping(cls, names, path, _entries(path, given))
        elif not isinstance(value, cls):
            raise _type_error(path, f"{_article(cls.__name__)} or a mapping", value)
        check_fields(value, f"{path}.")
        return value

    return model


def _from_mapping(cls: type[Model], names: frozenset[str], path: str, value: Mapping[str, Any]) -> Model:
    for key in value:
        if key not in names:
            instead = did_you_mean(key, names) or f"; {cls.__name__} takes {', '.join(sorted(names))}"
            raise TypeError(f"{path} has no field {key!r}{instead}")
    for field in fields_of(cls):
        if field.required and field.name not in value:
            raise TypeError(f"{path}.{field.name} is missing")
    return cls(**value)


def _entries(path: str, value: Mapping[Any, Any]) -> dict[str, Any]:
    """Copy any mapping into a dict, which JSON encoders need."""
    return {_text(f"a key of {path}", key): item for key, item in value.items()}


def _json_object(path: str, value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise _type_error(path, "a mapping", value)
    return _JSON(path).copy(path, value, _MAX_DEPTH)


class _JSON:
    """Copies free-form JSON, and rejects what JSON cannot represent: NaN would become null, with which the API deletes a key."""

    def __init__(self, path: str) -> None:
        self._whole = path
        self._left = _MAX_VALUES

    def copy(self, path: str, value: Any, levels: int) -> Any:
        """Copy a value of any mappings, sequences and enums."""
        self._count(path, levels)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return _text(path, value)
        if isinstance(value, int | float):
            return _number(path, value)
        if isinstance(value, Mapping):
            entries = _entries(path, cast("Mapping[Any, Any]", value))
            return {key: self.copy(f"{path}.{key}", item, levels - 1) for key, item in entries.items()}
        if isinstance(value, Sequence) and not isinstance(value, _BYTES):
            items = cast("Sequence[Any]", value)
            return [self.copy(f"{path}[{index}]", item, levels - 1) for index, item in enumerate(items)]
        raise _type_error(path, "JSON (str, int, float, bool, None, list or mapping)", cast("object", value))

    def _count(self, path: str, levels: int) -> None:
        self._left -= 1
        if levels == 0:
            raise ValueError(f"{path} is nested more than {_MAX_DEPTH} levels deep")
        if self._left < 0:
            raise ValueError(f"{self._whole} holds more than {_MAX_VALUES} values")


def _type_error(path: str, wanted: str, value: object) -> TypeError:
    return TypeError(f"{path} must be {wanted}, not {_article(type(value).__name__)}")


def _article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


MAX_SECONDS = 1e9
"""Some thirty years: what is longer is a mistake, or more than a clock can add."""


def check_seconds(name: str, value: object, *, least: float | None = None) -> None:
    """Raise unless a setting is a sensible number of seconds: above 0, or from `least` on."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} must be a number of seconds, not {type(value).__name__}")
    if not (value > 0 if least is None else value >= least):  # False for NaN
        raise ValueError(f"{name} must be a number of seconds {'above 0' if least is None else f'from {least:g} on'}")
    if value > MAX_SECONDS:
        raise ValueError(f"{name} must be at most {MAX_SECONDS:g} seconds")
