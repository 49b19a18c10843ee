"""One declaration, two modes: how an endpoint becomes a method of a client."""

import asyncio
import inspect
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeAlias, TypeVar, final, overload

from stytch_b2b_async._tracebacks import without_frames
from stytch_b2b_async.schema import cached, did_you_mean, plain, resolve

from .request import R, Request, response_type

P = ParamSpec("P")


@final
class Async:
    """Calls return coroutines."""


@final
class Blocking:
    """Calls return results."""


Mode = TypeVar("Mode", Async, Blocking)


Send: TypeAlias = Callable[[Request[Any]], Any]
"""What a namespace calls: `Client.send` or `BlockingClient.send`."""


class Namespace(Generic[Mode]):
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


@cached
def _signature(request: Any) -> inspect.Signature:
    signature, hints = inspect.signature(request), resolve(request)
    parameters = [each.replace(annotation=plain(hints[name])) for name, each in signature.parameters.items()]
    own = inspect.get_annotations(request)
    optional = [each for each in parameters if each.default is not each.empty]
    optional.sort(key=lambda each: each.name not in own)  # those of its own before those that it shares
    parameters = [each for each in parameters if each.default is each.empty] + optional
    return signature.replace(parameters=parameters, return_annotation=response_type(request))


@cached
def documentation(request: Any) -> str:
    """Put together what the request says and what the groups of fields that it inherits say of them."""
    own, *groups = (inspect.cleandoc(cls.__doc__ or "") for cls in request.__mro__[: request.__mro__.index(Request)])
    shared = [line for group in groups for line in group.splitlines() if line.startswith(("- ", "  "))]
    return "\n\n".join([own, "\n".join(shared)]).strip()
