"""What the adapter of aiohttp.web translates: requests, responses, and the routes of an application."""

from collections.abc import Iterator
from typing import Final

from aiohttp import web as aiohttp
from multidict import CIMultiDict

from stytch_b2b_async import web
from stytch_b2b_async.web import RequestHead

_METHODS: Final = ("DELETE", "GET", "PATCH", "POST", "PUT")  # of a view, which has one function for each


def request_head(request: aiohttp.Request) -> RequestHead:
    """Return a request as the core takes it."""
    return RequestHead(
        method=request.method,
        headers=request.raw_headers,
        scheme=request.scheme,
        path_parameters=dict(request.match_info),
        is_websocket=request.headers.get("Upgrade", "").lower() == "websocket",
        target=request.rel_url.raw_path_qs,
    )


def to_response(response: web.Response) -> aiohttp.Response:
    """Return a response of the core as aiohttp's."""
    return aiohttp.Response(status=response.status, headers=CIMultiDict(response.headers), body=response.body)


def answer_options(request: aiohttp.Request) -> aiohttp.Response:
    """Answer OPTIONS with the methods of the resource."""
    resource = request.match_info.route.resource
    methods = {route.method for route in resource} if resource is not None else set[str]()
    return aiohttp.Response(status=204, headers={"Allow": ", ".join(sorted({*methods, "OPTIONS"} - {"*"}))})


async def read_body(request: aiohttp.Request, most: int) -> bytes:
    """Read a body, but not much more than `most` bytes."""
    body = b""
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > most:
            break
    return body[: most + 1]


def found_routes(app: aiohttp.Application) -> Iterator[tuple[str, str, object, frozenset[str]]]:
    """List the routes, those of nested applications included: method, path, handler and the names of its parameters."""
    for route in app.router.routes():
        resource = route.resource
        path = "" if resource is None else resource.canonical
        parameters = frozenset(part.partition("}")[0].partition(":")[0] for part in path.split("{")[1:])
        handler = route.handler
        if isinstance(handler, type):
            for method in _METHODS:
                function = getattr(handler, method.lower(), None)
                if function is not None:
                    yield method, path, function, parameters
        elif route.method not in {"HEAD", "OPTIONS"}:
            yield route.method, path, handler, parameters
