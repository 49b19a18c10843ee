"""One declaration of an endpoint, two ways to call it.

A `Request` is a value that knows its route and its reply; an `Endpoint` hands it to a namespace, typed for how that namespace
sends: `Namespace[Async]` answers with a coroutine, `Namespace[Blocking]` with the result.
"""

from .namespace import Async, Blocking, Endpoint, Mode, Namespace, Send, bind, documentation, name_operation
from .request import Body, Effect, Host, R_co, Request, delete, get, post, put, response_type
from .response import Response

__all__ = [
    "Async",
    "Blocking",
    "Body",
    "Effect",
    "Endpoint",
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
    "name_operation",
    "post",
    "put",
    "response_type",
]
