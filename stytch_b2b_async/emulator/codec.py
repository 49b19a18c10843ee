"""Decode HTTP to typed requests, and encode typed responses."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast

import attrs
import msgspec

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.schema import Model, cached, fields_of, models_of
from stytch_b2b_async.wire import incoming
from stytch_b2b_async.wire.incoming import HTTPRequest, MalformedRequestError, read_arguments, read_body

from .errors import EmulatedError
from .identifiers import check_environment, check_reference

R = TypeVar("R")

MEMBER_HEADERS: Final = ("x-stytch-member-session", "x-stytch-member-sessionjwt")
"""Headers with the session of the member who acts."""

_REFERENCES: Final = {"organization_id", "member_id"}
_IDS: Final = ("_id", "_ids")
_MISSING: Final = {"organization_name": "organization_name_missing"}
_FACTOR_DETAILS: Final = "_factor"
_JSON: Final = {"content-type": "application/json"}


@attrs.frozen
class HTTPResponse:
    """An HTTP response."""

    status: int
    body: bytes = attrs.field(repr=False)
    headers: Mapping[str, str] = _JSON


def decode(cls: type[Request[R]], request: HTTPRequest, path: Mapping[str, str], *, environment: str | None = None) -> Request[R]:
    """Decode a request, with the values of its path. A mismatch is a bad request with the field's name.

    With an `environment`, ids of the other one are rejected.
    """
    with _as_bad_request():
        given = read_arguments(cls, request, path, read_body(cls, request))
    for field in fields_of(cls):
        value = given[field.name]
        if isinstance(value, str) and field.name in _REFERENCES and (value or field.required):
            check_reference(field.name, value)
        if environment and field.name.endswith(_IDS):
            check_environment(value, environment)
        if value is None and field.required:
            raise EmulatedError(_MISSING.get(field.name, "bad_request"), f"{field.wire_name} is required.")
    try:
        return cls(**given)
    except (TypeError, ValueError) as error:
        raise EmulatedError("bad_request", f"{error}.") from None


def encode(response: Model) -> bytes:
    """Encode a response: unset fields as null, keys in alphabetical order."""
    return msgspec.json.encode(_shown(response), order="sorted") + b"\n"


def to_wire(model: Model) -> dict[str, Any]:
    """Convert a model to JSON values, as responses have it."""
    shown: dict[str, Any] = msgspec.to_builtins(_shown(model))
    return shown


def json_response(value: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> HTTPResponse:
    """Create a response with JSON that is not an endpoint's."""
    return HTTPResponse(status, msgspec.json.encode(value) + b"\n", {**_JSON, **headers} if headers else _JSON)


def read_query(request: HTTPRequest) -> dict[str, str]:
    """Decode the query; the first value of a repeated name counts."""
    with _as_bad_request():
        return incoming.read_query(request)


def read_form(request: HTTPRequest) -> dict[str, str]:
    """Decode the body as a form; the first value of a repeated name counts."""
    with _as_bad_request():
        return incoming.read_form(request)


def read_object(request: HTTPRequest) -> dict[str, Any]:
    """Decode the body as a JSON object; an empty body is an empty object."""
    with _as_bad_request():
        return incoming.read_object(request)


@contextmanager
def _as_bad_request() -> Generator[None]:
    try:
        yield
    except MalformedRequestError as error:
        raise EmulatedError("bad_request", str(error)) from None


def _shown(value: Any) -> Any:
    """Convert a model to wire names, without the forty unset details of a factor; as it is where that is the same."""
    if isinstance(value, Model):
        if _is_encoded_as_it_is(type(value)):
            return value
        shown: dict[str, Any] = {}
        for field in fields_of(type(value)):
            inner = getattr(value, field.name)
            if field.catch_all:
                shown.update(inner or {})
            elif inner is not None or not field.name.endswith(_FACTOR_DETAILS):
                shown[field.wire_name] = _shown(inner)
        return shown
    if isinstance(value, list):
        return [_shown(item) for item in cast("list[Any]", value)]
    return value


@cached
def _is_encoded_as_it_is(cls: type[Model]) -> bool:
    """Return whether msgspec encodes a class and all that it contains under the names of the API."""
    fields = [field for model in models_of(cls) for field in fields_of(model)]
    return all(each.wire_name == each.name and not each.catch_all and not each.name.endswith(_FACTOR_DETAILS) for each in fields)
