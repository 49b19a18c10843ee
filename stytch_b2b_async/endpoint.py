"""One declaration of an endpoint, two ways to call it.

A `Request` is a value that knows its route and its reply; an `Endpoint` hands it to a namespace, typed for how that namespace
sends: `Namespace[Async]` answers with a coroutine, `Namespace[Blocking]` with the result.
"""

import asyncio
import inspect
import sys
from collections.abc import Callable, Coroutine, Mapping
from enum import Enum
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    ParamSpec,
    Self,
    TypeAlias,
    TypeVar,
    cast,
    dataclass_transform,
    final,
    get_args,
    get_origin,
    overload,
)

import attrs

from .checks import check_fields
from .schema import Model, did_you_mean, fields_of, frozen, plain, remembered, resolve
from .tracebacks import without_frames

if TYPE_CHECKING:
    from .verify.desk import Desk, Exchange
    from .verify.steps import Steps
    from .wire import Reply

P = ParamSpec("P")
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
        from .serialization import to_plain

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


class LocalRequest(Request[R_co]):
    """A request that is answered on this machine, as far as what is known here goes.

    It has no route of its own, unless the answer takes a call whatever is known.
    """

    __slots__ = ()

    def steps(self, desk: "Desk", exchange: "Exchange") -> "Steps[R_co]":
        """Work out the answer, asking for what is not at hand; `exchange` makes a call."""
        raise NotImplementedError


class _Unwritten:
    """Room for what a reply does not say itself, outside the fields that are read from the wire."""

    __slots__ = ("_attempts", "_following", "_reply")


@frozen
class Response(Model, _Unwritten):
    """What every reply carries."""

    request_id: str
    """The API's name of this call, for its support."""
    status_code: int
    """The HTTP status, repeated in the body."""

    @property
    def attempts(self) -> int:
        """How many attempts the call took."""
        return getattr(self, "_attempts", 1)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers that the reply came with, looked up in lower case; none on a response that was made by hand."""
        reply = self._received()
        return {} if reply is None else reply.headers

    @property
    def raw(self) -> Mapping[str, Any]:
        """The JSON object that the API sent, with what this package does not know; read anew each time.

        Secrets are in it. Of a response that was made by hand: `to_dict()`.
        """
        from .converter import loads_object

        reply = self._received()
        return self.to_dict() if reply is None else loads_object(reply.body) or {}

    def _received(self) -> "Reply | None":
        return getattr(self, "_reply", None)

    def __copy__(self) -> Self:
        twin = object.__new__(type(self))
        for name in (*_Unwritten.__slots__, *(field.name for field in fields_of(type(self)))):
            if hasattr(self, name):
                object.__setattr__(twin, name, getattr(self, name))
        return twin

    def __getstate__(self) -> dict[str, Any]:
        state = {**super().__getstate__(), "_attempts": self.attempts}
        reply = self._received()
        if reply is not None:
            from multidict import CIMultiDict

            state["_reply"] = attrs.evolve(
                cast("Any", reply), headers=CIMultiDict(reply.headers)
            )  # as it came, it cannot be pickled
        return state


@remembered
def response_type(request: type[Request[R]]) -> type[R]:
    """Tell which reply a request has, from the class it was declared with."""
    for cls in request.__mro__:
        for base in getattr(cls, "__orig_bases__", ()):
            if issubclass(get_origin(base) or object, Request) and not isinstance(get_args(base)[0], TypeVar):
                return cast("type[R]", get_args(base)[0])
    raise TypeError(f"{request.__name__} must be declared as a Request[…] of its response")


@final
class Async:
    """Calls return coroutines."""


@final
class Blocking:
    """Calls return results."""


M = TypeVar("M", Async, Blocking)

Send: TypeAlias = Callable[[Request[Any]], Any]
"""What a namespace calls: `Client.send` or `BlockingClient.send`."""


class Namespace(Generic[M]):
    """A group of endpoints that are sent the same way."""

    def __init__(self, send: Send) -> None:
        self._send = send

    if not TYPE_CHECKING:  # the checkers are to report such names

        def __getattr__(self, name: str) -> Any:
            if hasattr(type(self), name):
                return object.__getattribute__(self, name)  # a property that failed: as it failed
            names = [known for known in dir(type(self)) if not known.startswith("_")]
            meant = name.removesuffix("_async")
            hint = f": use {meant}, which an awaited client awaits" if meant in names else did_you_mean(name, names)
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}{hint}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(name for name in vars(type(self)) if not name.startswith('_'))}>"


class Endpoint(Generic[P, R]):
    """Make a request callable in a namespace, with the request's own signature and docstring."""

    def __init__(self, request: Callable[P, Request[R]]) -> None:
        self.request = request

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        name_operation(self.request, owner, name)

    def __repr__(self) -> str:
        return f"Endpoint({getattr(self.request, '__name__', self.request)})"

    @overload
    def __get__(self, namespace: None, owner: type) -> "Endpoint[P, R]": ...
    @overload
    def __get__(self, namespace: Namespace[Async], owner: type) -> Callable[P, Coroutine[Any, Any, R]]: ...
    @overload
    def __get__(self, namespace: Namespace[Blocking], owner: type) -> Callable[P, R]: ...
    def __get__(self, namespace: Namespace[Any] | None, owner: type) -> Any:
        if namespace is None:
            return self
        call = bind(self.request, namespace._send, f"{owner.__name__}.{self.name}")  # noqa: SLF001  # its own namespace
        namespace.__dict__[self.name] = call  # an instance attribute wins from here on: bound once
        return call


def name_operation(request: Any, owner: type, name: str) -> None:
    """Tell a request where it stands in the API's tree: its module says the rest of the path."""
    request.operation = f"{owner.__module__.partition('.api.')[2]}.{name}"


def bind(request: Callable[P, Request[R]], send: Send, qualname: str) -> Callable[P, Any]:
    """Make the function that builds a request and sends it, with the request's signature and documentation."""
    awaited, operation = inspect.iscoroutinefunction(send), getattr(request, "operation", qualname)

    def call(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            made = request(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  # raised again, whatever it is
            refusal = without_frames(error)
        else:
            args, kwargs = (), {}  # type: ignore[assignment]  # the request does not show them
            answer = send(made)
            if awaited:
                answer.__qualname__ = operation  # what Python calls it when it is never awaited
            return answer
        args, kwargs = (), {}  # type: ignore[assignment]  # emptied, not deleted: cgitb looks for all arguments of a frame
        try:
            raise refusal
        finally:
            del refusal  # or its traceback and this frame would keep each other alive

    if awaited:
        _mark_as_coroutine_function(call)
    call.__name__ = qualname.rpartition(".")[2]
    call.__qualname__ = qualname
    call.__module__ = request.__module__
    call.__doc__ = documentation(request)
    call.__signature__ = _signature(request)  # type: ignore[attr-defined]  # read by inspect, help() and consoles
    return call


def _mark_as_coroutine_function(call: Any) -> None:
    """Let frameworks, and mocks, see that what it returns is awaited."""
    if sys.version_info >= (3, 12):
        inspect.markcoroutinefunction(call)
    else:
        call._is_coroutine = getattr(asyncio.coroutines, "_is_coroutine", None)  # noqa: SLF001  # all that 3.11 has


def _signature(request: Any) -> inspect.Signature:
    signature, hints = inspect.signature(request), resolve(request)
    parameters = [each.replace(annotation=plain(hints[name])) for name, each in signature.parameters.items()]
    own = inspect.get_annotations(request)
    optional = [each for each in parameters if each.default is not each.empty]
    optional.sort(key=lambda each: each.name not in own)  # those of its own before those that it shares
    parameters = [each for each in parameters if each.default is each.empty] + optional
    return signature.replace(parameters=parameters, return_annotation=response_type(request))


def documentation(request: Any) -> str:
    """Put together what the request says and what the groups of fields that it inherits say of them."""
    own, *groups = (inspect.cleandoc(cls.__doc__ or "") for cls in request.__mro__[: request.__mro__.index(Request)])
    shared = [line for group in groups for line in group.splitlines() if line.startswith(("- ", "  "))]
    return "\n\n".join([own, "\n".join(shared)]).strip()
