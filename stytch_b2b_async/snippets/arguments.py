"""The arguments of a request, with or without its secrets."""

from typing import Any, cast

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.schema import Model, fields_of, redacted
from stytch_b2b_async.schema.serialization import to_plain


def shown(request: Request[Any], *, show_secrets: bool) -> Request[Any]:
    """Return the request, or a copy with `***` instead of its secrets."""
    return request if show_secrets else redacted(request)


def arguments_of(value: Model) -> dict[str, Any]:
    """Return the arguments that were given, as plain values; a None within free-form JSON is one of them."""
    given = ((field.name, getattr(value, field.name)) for field in fields_of(type(value)))
    return {name: _plain(inner) for name, inner in given if inner is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return arguments_of(value)
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[Any]", value)]
    return to_plain(value)
