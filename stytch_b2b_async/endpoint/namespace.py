"""Bind endpoints as methods of a client, async or blocking."""

import inspect
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeAlias, TypeVar, final, overload

from stytch_b2b_async._tracebacks import without_frames
from stytch_b2b_async.schema import cached, did_you_mean, resolve, strip_all_annotated

from .coroutine_function import coroutine_function
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
"""`Client.send` or `BlockingClient.send`."""


class Namespace(Generic[Mode]):
    """A group of endpoints with the same mode."""

    def __init__(self, send: Send) -> None:
        self._send = send

    if not TYPE_CHECKING:  # type checkers should report such names

        def __getattr__(self, name: str) -> Any:
            if hasattr(type(self), name):
                return object.__getattribute__(self, name)  # a property that raised AttributeError: raise it again
            names = [known for known in dir(type(self)) if not known.startswith("_")]
            meant = name.removesuffix("_async")
            hint = f": use `await` with {meant}" if meant in names else did_you_mean(name, names)
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}{hint}")

    def __dir__(self) -> list[str]:
        """List all names; binds the endpoints, as mocks look for coroutine functions without evaluating descriptors."""
        names = list(super().__dir__())
        for name in names:
            if isinstance(getattr(type(self), name, None), EndpointDescriptor):
                getattr(self, name)
        return names

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(name for name in vars(type(self)) if not name.startswith('_'))}>"


class EndpointDescriptor:
    """Gives a request its place in a namespace, and its operation name: the namespace's module and the attribute's name."""

    request: Callable[..., Request[Any]]
    name: str

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.request.operation = f"{owner.__module__.partition('.api.')[2]}.{name}"  # type: ignore[attr-defined]  # it is a class

    def __repr__(self) -> str:
        return f"{type(self).__name__}({getattr(self.request, '__name__', self.request)})"


class Endpoint(EndpointDescriptor, Generic[P, R]):
    """Make a request callable in a namespace, with the request's own signature and docstring."""

    def __init__(self, request: Callable[P, Request[R]]) -> None:
        self.request = request

    @overload
    def __get__(self, namespace: None, owner: type) -> "Endpoint[P, R]": ...
    @overload
    def __get__(self, namespace: Namespace[Async], owner: type) -> Callable[P, Coroutine[Any, Any, R]]: ...
    @overload
    def __get__(self, namespace: Namespace[Blocking], owner: type) -> Callable[P, R]: ...
    def __get__(self, namespace: Namespace[Any] | None, owner: type) -> Any:
        if namespace is None:
            return self
        call = bind(self.request, namespace._send, f"{owner.__name__}.{self.name}")  # noqa: SLF001  # the namespace's own attribute
        namespace.__dict__[self.name] = call  # bound once: the instance attribute takes precedence from now on
        return call


def bind(request: Callable[P, Request[R]], send: Send, qualname: str) -> Callable[P, Any]:
    """Create the function that builds and sends a request, with its signature and documentation."""
    awaited, operation = inspect.iscoroutinefunction(send), getattr(request, "operation", qualname)

    def call(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            made = request(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  # reraised
            refusal = without_frames(error)
        else:
            args, kwargs = (), {}  # type: ignore[assignment]  # the request does not show them
            answer = send(made)
            if awaited:
                answer.__qualname__ = operation  # shown in Python's warning if it is never awaited
            return answer
        args, kwargs = (), {}  # type: ignore[assignment]  # emptied, not deleted: cgitb looks for all arguments of a frame
        try:
            raise refusal
        finally:
            del refusal  # or its traceback and this frame would keep each other alive

    call.__name__ = qualname.rpartition(".")[2]
    call.__qualname__ = qualname
    call.__module__ = request.__module__
    call.__doc__ = documentation(request)
    call.__signature__ = _signature(request)  # type: ignore[attr-defined]  # read by inspect, help() and consoles
    return coroutine_function(call) if awaited else call


@cached
def _signature(request: Any) -> inspect.Signature:
    signature, hints = inspect.signature(request), resolve(request)
    parameters = [each.replace(annotation=strip_all_annotated(hints[name])) for name, each in signature.parameters.items()]
    own = inspect.get_annotations(request)
    optional = [each for each in parameters if each.default is not each.empty]
    optional.sort(key=lambda each: each.name not in own)  # its own before shared ones
    parameters = [each for each in parameters if each.default is each.empty] + optional
    return signature.replace(parameters=parameters, return_annotation=response_type(request))


@cached
def documentation(request: Any) -> str:
    """Combine the docstring of a request with the parameter descriptions of its base classes."""
    own, *groups = (inspect.cleandoc(cls.__doc__ or "") for cls in request.__mro__[: request.__mro__.index(Request)])
    shared = [line for group in groups for line in group.splitlines() if line.startswith(("- ", "  "))]
    return "\n\n".join([own, "\n".join(shared)]).strip()
