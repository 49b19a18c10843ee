"""The error responses, from the exceptions that they raise."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from stytch_b2b_async import errors
from stytch_b2b_async.errors import APIStatusError, NotFoundError, PermissionDeniedError, RateLimitError

from ._schemas import JSON, first_paragraph

_COMMON: Final[JSON] = {
    "status_code": {"type": "integer", "description": "The HTTP status code."},
    "request_id": {"type": "string", "description": "The API's id of this call, for Stytch's support."},
}
_ERROR: Final[JSON] = {
    "error_message": {"type": "string", "description": "What is wrong, for developers to read."},
    "error_url": {"type": "string", "description": "Stytch's documentation of this error."},
    "error_details": {"type": ["object", "null"], "description": "Details of some errors."},
}
_OAUTH_ERROR: Final[JSON] = {
    "error": {"type": "string", "description": "An OAuth error code.", "examples": ["invalid_client"]},
    "error_description": {"type": "string", "description": "What is wrong, for developers to read."},
    "error_uri": {"type": "string", "description": "A page about this error."},
}
_RETRY_AFTER: Final[JSON] = {
    "Retry-After": {"description": "Seconds until another try, or the time of it.", "schema": {"type": "string"}}
}
_OAUTH: Final = "OAuthError"


def error_schemas() -> Mapping[str, JSON]:
    """Return the schema of each class of error response."""
    schemas = {cls.__name__: _schema(cls) for cls in _general()}
    return {**schemas, _OAUTH: {"type": "object", "properties": {**_COMMON, **_OAUTH_ERROR}}}


def error_responses() -> Mapping[str, JSON]:
    """Return the responses, by the name of the class that is raised."""
    return {cls.__name__: _response(cls, cls.__name__) for cls in _general()} | {_OAUTH: _response(APIStatusError, _OAUTH)}


def references(*, oauth: bool, member_may_act: bool, by_id: bool) -> Mapping[str, JSON]:
    """Refer to the error responses of an operation, by status."""
    if oauth:
        return {"default": _reference(_OAUTH)}
    left_out = {*(() if member_may_act else (PermissionDeniedError,)), *(() if by_id else (NotFoundError,))}
    known = {_status(cls): _reference(cls.__name__) for cls in _by_status() if cls not in left_out}
    return {**known, "default": _reference(APIStatusError.__name__)}


def _reference(name: str) -> JSON:
    return {"$ref": f"#/components/responses/{name}"}


def _status(cls: type[APIStatusError]) -> str:
    return "5XX" if cls.status == 500 else str(cls.status)  # noqa: PLR2004  # a class for all of them


def _response(cls: type[APIStatusError], schema: str) -> JSON:
    return {
        "description": first_paragraph(inspect.getdoc(cls) or "").partition(": ")[2] or "An error.",
        **({"headers": _RETRY_AFTER} if cls is RateLimitError else {}),
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _schema(cls: type[APIStatusError]) -> JSON:
    types = sorted({error_type for each in _declared() if issubclass(each, cls) for error_type in each.error_types})
    known = {"anyOf": [{"type": "string", "enum": types}, {"type": "string"}]} if types else {"type": "string"}
    error_type = {**known, "description": "What kind of error it is."}
    return {"type": "object", "properties": {**_COMMON, "error_type": error_type, **_ERROR}, "required": ["status_code"]}


def _general() -> list[type[APIStatusError]]:
    return [APIStatusError, *_by_status()]


def _by_status() -> Iterator[type[APIStatusError]]:
    return (cls for cls in _declared() if cls.status is not None and not cls.error_types)


def _declared() -> Iterator[type[APIStatusError]]:
    values = cast("Mapping[str, Any]", vars(errors)).values()
    return (value for value in values if isinstance(value, type) and issubclass(value, APIStatusError))
