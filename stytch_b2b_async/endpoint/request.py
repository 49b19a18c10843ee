"""A call as a value, and the decorators that give it its route."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, ClassVar, Generic, TypeVar, cast, dataclass_transform, get_args, get_origin

import attrs

from stytch_b2b_async.schema import Model, cached, frozen
from stytch_b2b_async.schema.validation import check_fields

R = TypeVar("R")


R_co = TypeVar("R_co", covariant=True)


T = TypeVar("T")


class Effect(Enum):
    """What sending a request again does: decides whether it may be repeated when the first attempt's fate is unknown."""

    READS = "reads"
    """Changes nothing."""
    REPEATABLE = "repeatable"
    """Changes something, and the second time no more."""
    ACTS_ONCE = "acts once"
    """Sends a message, uses up a token, makes or rotates something: never repeated."""


class Host(Enum):
    """Which of the vendor's hosts answers."""

    API = "api"
    FRAUD = "fraud"


class Body(Enum):
    """How the fields of the body are written."""

    JSON = "application/json"
    FORM = "application/x-www-form-urlencoded"


class Request(Model, Generic[R_co]):
    """A call as a value: build it, store it, send it with `client.send(request)`.

    A field that is None is not sent; an empty list or map is, and clears what it names.
    """

    __slots__ = ()

    method: ClassVar[str]
    path: ClassVar[str]
    """Below the host, with the fields that travel in it in braces."""
    effect: ClassVar[Effect]
    host: ClassVar[Host]
    body: ClassVar[Body | None]
    constant_body: ClassVar[Mapping[str, str]]
    """What every body holds."""
    operation: ClassVar[str]
    """The endpoint's name on a client, such as `passwords.email.require_reset`; its place in the package says it."""

    def __attrs_post_init__(self) -> None:
        """Check every field, before anything is sent."""
        check_fields(self)

    def to_dict(self) -> dict[str, Any]:
        """Tell the arguments in plain values, secrets included: `type(request)(**request.to_dict())` makes the request again."""
        from stytch_b2b_async.schema.serialization import to_plain

        arguments: dict[str, Any] = to_plain(self, lambda field: field.name)
        return arguments

    def _repr_name(self) -> str:
        namespace = getattr(self, "operation", "").rpartition(".")[0]  # not every request is an endpoint's
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
            "operation": cls.__name__,  # until its place in the tree says more
            **more,
        }
        for name, value in route.items():
            setattr(request, name, value)
        return request

    return declare


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False, field_specifiers=(attrs.field,))
def get(path: str) -> Callable[[type[T]], type[T]]:
    """Declare a request that reads."""
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
    """Declare a request with a body."""
    return _declare("POST", path, effect, body, host=host, constant_body=constant_body or {})


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False, field_specifiers=(attrs.field,))
def put(path: str, effect: Effect) -> Callable[[type[T]], type[T]]:
    """Declare a request that changes what is there."""
    return _declare("PUT", path, effect, Body.JSON)


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False, field_specifiers=(attrs.field,))
def delete(path: str, effect: Effect) -> Callable[[type[T]], type[T]]:
    """Declare a request that takes something away."""
    return _declare("DELETE", path, effect, None)


@cached
def response_type(request: type[Request[R]]) -> type[R]:
    """Tell which reply a request has, from the class it was declared with."""
    for cls in request.__mro__:
        for base in getattr(cls, "__orig_bases__", ()):
            if issubclass(get_origin(base) or object, Request) and not isinstance(get_args(base)[0], TypeVar):
                return cast("type[R]", get_args(base)[0])
    raise TypeError(f"{request.__name__} must be declared as a Request[…] of its response")
