"""HTTP to typed requests, typed responses to HTTP: the client's wire, read from the other end."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar, cast, get_args, get_origin
from urllib.parse import parse_qsl

import attrs
import msgspec

from stytch_b2b_async.converter import loads_object
from stytch_b2b_async.endpoint import Body, Request
from stytch_b2b_async.schema import Field, Model, Place, bare, fields_of, is_union

from .faults import Fault
from .identifiers import check_reference

R = TypeVar("R")

_REFERENCES: Final = {"organization_id", "member_id"}
_MISSING: Final = {"organization_name": "organization_name_missing"}
_FACTOR_DETAILS: Final = "_factor"


@attrs.frozen
class Incoming:
    """An HTTP request, taken apart."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


def decode(cls: type[Request[R]], incoming: Incoming) -> Request[R]:
    """Read a request; what does not fit its declaration is a bad request that names the field."""
    body = _body(cls, incoming.body)
    given: dict[str, Any] = {}
    for field in fields_of(cls):
        value = _read(field, incoming, body)
        if isinstance(value, str) and field.name in _REFERENCES and (value or field.required):
            check_reference(field.name, value)
        if value is None and field.required:
            raise Fault(_MISSING.get(field.name, "bad_request"), f"{field.wire_name} is required.")
        given[field.name] = value
    try:
        return cls(**given)
    except (TypeError, ValueError) as error:
        raise Fault("bad_request", f"{error}.") from None


def encode(response: Model) -> bytes:
    """Write a response: what is not set as null, keys in the order of the alphabet."""
    return msgspec.json.encode(_shown(response), order="sorted") + b"\n"


def _body(cls: type[Request[Any]], body: bytes) -> Mapping[str, Any]:
    if cls.body is None or not body.strip():
        return {}
    if cls.body is Body.FORM:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    found = loads_object(body)
    if found is None:
        raise Fault("bad_request", "The body must be a JSON object.")
    return found


def _read(field: Field, incoming: Incoming, body: Mapping[str, Any]) -> Any:
    match field.place:
        case Place.PATH:
            return incoming.path.get(field.name)
        case Place.QUERY:
            return _from_query(field, incoming)
        case Place.HEADERS:
            return _from_headers(field, incoming)
        case Place.BODY:
            return _from_body(field, body)
        case Place.LOCAL:
            return None


def _from_query(field: Field, incoming: Incoming) -> Any:
    text = incoming.query.get(field.wire_name)
    return None if text is None else _from_text(field, text)


def _from_body(field: Field, body: Mapping[str, Any]) -> Any:
    value = body.get(field.wire_name)
    if isinstance(value, str):
        return _from_text(field, value)
    return _known(field.type, value)


def _from_headers(field: Field, incoming: Incoming) -> Any:
    group = _model_in(field.type)
    given = {inner.name: incoming.headers.get(inner.wire_name) for inner in fields_of(group)} if group else {}
    return given if set(given.values()) - {None} else None  # an empty one is refused: it must not pass for full rights


def _from_text(field: Field, text: str) -> Any:
    """Read what queries and forms write as text; the request's own checks find what does not fit."""
    if field.join is not None:
        return text.split(field.join)
    kind = _kind(field.type)
    if kind is bool:
        return {"true": True, "false": False}.get(text.lower(), text)
    try:
        return kind(text) if kind in {int, float} else text
    except ValueError:
        return text


def _kind(hint: Any) -> Any:
    hint = bare(hint)
    if is_union(hint):
        return next((bare(option) for option in get_args(hint) if option is not type(None)), str)
    return hint


def _model_in(hint: Any) -> type[Model] | None:
    hint = bare(hint)
    if is_union(hint):
        return next((found for found in map(_model_in, get_args(hint)) if found), None)
    return hint if isinstance(hint, type) and issubclass(hint, Model) else None


def _known(hint: Any, value: Any) -> Any:
    """Leave out what the API's objects do not have: the API ignores it, the client's own checks do not."""
    hint = bare(hint)
    if is_union(hint):
        for option in get_args(hint):
            value = _known(option, value)
        return value
    if isinstance(value, dict) and isinstance(hint, type) and issubclass(hint, Model):
        entries = cast("dict[str, Any]", value)
        return {field.name: _known(field.type, entries[field.wire_name]) for field in fields_of(hint) if field.wire_name in entries}
    if isinstance(value, list) and get_origin(hint) in {list, Sequence}:
        return [_known(get_args(hint)[0], item) for item in cast("list[Any]", value)]
    return cast("Any", value)


def _shown(value: Any) -> Any:
    """Write a model as the wire calls its fields; without the details that a factor does not have, of which there are forty."""
    if isinstance(value, Model):
        shown: dict[str, Any] = {}
        for field in fields_of(type(value)):
            inner = getattr(value, field.name)
            if field.rest:
                shown.update(inner or {})
            elif inner is not None or not field.name.endswith(_FACTOR_DETAILS):
                shown[field.wire_name] = _shown(inner)
        return shown
    if isinstance(value, list):
        return [_shown(item) for item in cast("list[Any]", value)]
    return value
