"""Conversion between models and plain values, for `json` and web frameworks."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

import attrs

from .fields import Field, fields_of

ModelT = TypeVar("ModelT", bound=attrs.AttrsInstance)


def wire_name(field: Field) -> str:
    """Name a field as the API does."""
    return field.wire_name


def to_plain(value: object, name_of: Callable[[Field], str] = wire_name) -> Any:
    """Convert a value recursively into dicts, lists, strings, numbers, booleans and None."""
    if attrs.has(type(value)):
        plain: dict[str, Any] = {}
        for field in fields_of(type(value)):
            inner = to_plain(getattr(value, field.name), name_of)
            plain.update((inner or {}) if field.catch_all else {name_of(field): inner})
        return plain
    if isinstance(value, Mapping):
        return {key: to_plain(inner, name_of) for key, inner in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [to_plain(inner, name_of) for inner in cast("list[Any]", value)]
    return _rfc_3339(value) if isinstance(value, datetime) else value


def _rfc_3339(moment: datetime) -> str:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat().replace("+00:00", "Z")


def from_plain(value: object, cls: type[ModelT]) -> ModelT:
    """Create a model from a mapping. Raises ValueError, with the path, for what does not match the declaration."""
    from .converter import structured

    if isinstance(value, cls):
        return value
    if not isinstance(value, Mapping):
        raise ValueError(f"expected a {cls.__name__} or a mapping")  # noqa: TRY004  # pydantic lets a TypeError through
    made, mismatches = structured(dict(cast("Mapping[str, Any]", value)), cls)
    if mismatches:
        path, reason = mismatches[0]
        raise ValueError(f"{reason} @ {path}")
    return made


def pydantic_schema(cls: type[attrs.AttrsInstance], generate: Callable[[Any], Any]) -> Any:
    """Return the pydantic schema of a class: its fields for JSON schemas, and the two functions above for values."""
    from pydantic_core import core_schema

    fields = {
        field.wire_name: core_schema.typed_dict_field(generate(field.type), required=field.required)
        for field in fields_of(cls)
        if not field.catch_all
    }
    return core_schema.no_info_wrap_validator_function(
        lambda value, _: from_plain(value, cls),
        core_schema.typed_dict_schema(fields, cls_name=cls.__name__, ref=f"{cls.__module__}.{cls.__qualname__}:{id(cls)}"),
        serialization=core_schema.plain_serializer_function_ser_schema(to_plain),
    )
