"""Declare an endpoint once, and call it in two modes.

A `Request` is a value that knows its route and its response class. An `Endpoint` binds it to a namespace, typed by mode:
`Namespace[Async]` returns a coroutine, `Namespace[Blocking]` the result.
"""

from .cached_property import cached_property
from .namespace import Async, Blocking, Endpoint, EndpointDescriptor, Mode, Namespace, Send, bind, documentation
from .request import Body, Effect, Host, R_co, Request, delete, get, post, put, response_type
from .response import Response

__all__ = [
    "cached_property",
    "Async",
    "Blocking",
    "Body",
    "Effect",
    "Endpoint",
    "EndpointDescriptor",
    "Host",
    "Mode",
    "Namespace",
    "R_co",
    "Request",
    "Response",
    "Send",
    "bind",
    "delete",
    "documentation",
    "get",
    "post",
    "put",
    "response_type",
]
