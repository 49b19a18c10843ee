"""The table of endpoints, collected from the namespaces of a client."""

import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, cast

import attrs

from stytch_b2b_async.api import Api
from stytch_b2b_async.endpoint import (
    Async,
    Body,
    Effect,
    EndpointDescriptor,
    Host,
    Namespace,
    Request,
    Response,
    cached_property,
    documentation,
    response_type,
)
from stytch_b2b_async.endpoint.paging import Page
from stytch_b2b_async.schema import did_you_mean

from ._operations import OPERATIONS
from ._parameters import Parameter, parameters_of

_VENDOR_PAGE = re.compile(r"See (https://\S+?)\.?(?:\s|$)")


@attrs.frozen
class EndpointInfo:
    """The declaration of an endpoint."""

    operation: str
    """The name on a client, such as `passwords.email.require_reset`."""
    request: type[Request[Any]] = attrs.field(repr=False)
    response: type[Response] = attrs.field(repr=False)
    method: str
    path: str
    """Without the host, with path parameters in braces."""
    host: Host
    effect: Effect
    """The effect of sending the request again."""
    body: Body | None
    """The encoding of the body; None without a body."""
    constant_body: Mapping[str, str] = attrs.field(repr=False)
    """Constant fields of the body, besides the parameters."""
    member_may_act: bool
    """Whether a member's session may authorize the call, through the `authorization` parameter."""
    paged: bool
    """Whether the response is paginated."""
    summary: str
    """One sentence."""
    documentation: str = attrs.field(repr=False)
    """The docstring: what the call does, its parameters, its errors, Stytch's page."""
    url: str | None
    """Stytch's page about this endpoint."""
    parameters: tuple[Parameter, ...] = attrs.field(repr=False)
    """Required ones first."""


@cache
def endpoint(operation: str) -> EndpointInfo:
    """Return one endpoint. Imports its resource only. Raises LookupError, with a suggestion, for an unknown operation."""
    if operation not in OPERATIONS:
        raise LookupError(f"there is no endpoint {operation!r}{did_you_mean(operation, OPERATIONS)}")
    resource, _, name = operation.rpartition(".")
    module = import_module(f"{Api.__module__}.{resource}")
    classes = (value for value in vars(module).values() if isinstance(value, type))
    found = (_request(cls, name) for cls in classes)
    return next(_info(request) for request in found if request and request.operation == operation)


@cache
def endpoints() -> Mapping[str, EndpointInfo]:
    """Return every endpoint with a route by operation, sorted.

    The first call imports all resources, which takes some tenths of a second.
    """
    found = {request.operation: _info(request) for request in _requests(Api[Async](_refuse))}
    return MappingProxyType(dict(sorted(found.items())))


def _requests(namespace: Namespace[Any]) -> Iterator[type[Request[Any]]]:
    for name in dir(type(namespace)):
        request = _request(type(namespace), name)
        if request is not None:
            yield request
        elif isinstance(inspect.getattr_static(type(namespace), name), cached_property):
            yield from _requests(getattr(namespace, name))


def _request(namespace: type[Any], name: str) -> type[Request[Any]] | None:
    """Return the request of an attribute that is an endpoint with a route; local checks have none."""
    attribute = inspect.getattr_static(namespace, name, None)
    if not isinstance(attribute, EndpointDescriptor) or not hasattr(attribute.request, "path"):
        return None
    return cast("type[Request[Any]]", attribute.request)


def _refuse(request: Request[Any]) -> Any:
    raise AssertionError(f"{request} was sent by a namespace that only lists endpoints")


def _info(request: type[Request[Any]]) -> EndpointInfo:
    text = documentation(request)
    page = _VENDOR_PAGE.search(text)
    response = response_type(request)
    return EndpointInfo(
        operation=request.operation,
        request=request,
        response=response,
        method=request.method,
        path=request.path,
        host=request.host,
        effect=request.effect,
        body=request.body,
        constant_body=MappingProxyType(dict(request.constant_body)),
        member_may_act=any(field.name == "authorization" for field in attrs.fields(cast("Any", request))),
        paged=issubclass(response, Page),
        summary=" ".join(text.partition("\n\n")[0].split()),
        documentation=text,
        url=page[1] if page else None,
        parameters=parameters_of(request),
    )
