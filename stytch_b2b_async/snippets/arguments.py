"""The arguments of a request, with or without its secrets."""

from typing import Any, cast

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.schema import redacted


def shown(request: Request[Any], *, show_secrets: bool) -> Request[Any]:
    """Return the request, or a copy with `***` instead of its secrets."""
    return request if show_secrets else redacted(request)


def arguments_of(request: Request[Any]) -> dict[str, Any]:
    """Return the arguments that were given, as plain values."""
    return cast("dict[str, Any]", _given(request.to_dict()))


def _given(value: Any) -> Any:
    """Leave out what is None, which is not sent."""
    if isinstance(value, dict):
        return {key: _given(inner) for key, inner in cast("dict[str, Any]", value).items() if inner is not None}
    return value
