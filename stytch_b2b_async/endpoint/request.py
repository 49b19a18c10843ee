"""Requests as values, and the decorators that declare their routes."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, ClassVar, Generic, TypeVar, cast, dataclass_transform

import attrs

from stytch_b2b_async.schema import Model, argument_of, frozen
from stytch_b2b_async.schema.validation import check_fields

R = TypeVar("R")


R_co = TypeVar("R_co", covariant=True)


T = TypeVar("T")


class Effect(Enum):
    """The effect of sending a request again: decides whether it is retried when the outcome of an attempt is unknown."""

    READS = "reads"
    """Changes nothing."""
    REPEATABLE = "repeatable"
    """Changes something; a second request changes nothing more."""
    ACTS_ONCE = "acts once"
    """Sends a message, uses up a token, creates or rotates something: not retried."""


class Host(Enum):
    """The API's host."""

    API = "api"
    FRAUD = "fraud"


class Body(Enum):
    """The encoding of the body."""

    JSON = "application/json"
    FORM = "application/x-www-form-urlencoded"


class Request(Model, Generic[R_co]):
    """A request as a value: build it, store it, send it with `client.send(request)`.

    A field that is None is not sent; an empty list or map is, and clears what it names.
    """

    __slots__ = ()

    method: ClassVar[str]
    path: ClassVar[str]
    """Without the host, with path parameters in braces."""
    effect: ClassVar[Effect]
    host: ClassVar[Host]
    body: ClassVar[Body | None]
    constant_body: ClassVar[Mapping[str, str]]
    """Constant fields of the body."""
    operation: ClassVar[str]
    """The endpoint's name on a client, such as `passwords.email.require_reset`, from its place in the package."""

    def __attrs_post_init__(self) -> None:
        """Validate all fields."""
        check_fields(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the arguments as plain values, secrets included: `type(request)(**request.to_dict())` equals the request."""
        from stytch_b2b_async.schema.serialization import to_plain

        arguments: dict[str, Any] = to_plain(self, lambda field: field.name)
        return arguments

    def _repr_name(self) -> str:
        namespace = getattr(self, "operation", "").rpartition(".")[0]  # not every request is bound to an endpoint
        return f"{namespace}.{type(self).__name__}" if namespace else type(self).__name__


def _declare(method: str, path: str, effect: Effect, body: Body | None, **more: Any) -> Callable[[type[T]], type[T]]:
    def declare(cls: type[T]) -> type[T]:
        request = frozen(cls)
        route: dict[str, Any] = {
            "method": method,
            "path": path,
            "effect": effect,
            "body": body,
            "host": Host.API,
            "constant_body": {},
            "operation": cls.__name__,  # until it is bound to a namespace
            **more,
        }
        for name, value in route.items():
            setattr(request, name, value)
        return request

    return declare


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False, field_specifiers=(attrs.field,))
def get(path: str) -> Callable[[type[T]], type[T]]:
    """Declare a GET request."""
    return _declare("GET", path, Effect.READS, None)


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False, field_specifiers=(attrs.field,))
def post(
    path: str,
    effect: Effect,
    *,
    host: Host = Host.API,
    body: Body = Body.JSON,
    constant_body: Mapping[str, str] | None = None,
) -> Callable[[type[T]], type[T]]:
    """Declare a POST request."""
    return _declare("POST", path, effect, body, host=host, constant_body=constant_body or {})


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False, field_specifiers=(attrs.field,))
def put(path: str, effect: Effect) -> Callable[[type[T]], type[T]]:
    """Declare a PUT request."""
    return _declare("PUT", path, effect, Body.JSON)


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False, field_specifiers=(attrs.field,))
def delete(path: str, effect: Effect) -> Callable[[type[T]], type[T]]:
    """Declare a DELETE request."""
    return _declare("DELETE", path, effect, None)


def response_type(request: type[Request[R]]) -> type[R]:
    """Return the response class of a request."""
    response = argument_of(request, Request)
    if response is None:
        raise TypeError(f"{request.__name__} must be declared as a Request[…] of its response")
    return cast("type[R]", response)
