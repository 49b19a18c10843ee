"""The middleware, for synchronous and asynchronous servers."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from .exchange import open_exchange, write_outgoing
from .views import check_routes


def _middleware(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    check_routes()
    if iscoroutinefunction(get_response):

        async def awaited(request: HttpRequest) -> HttpResponseBase:
            open_exchange(request)
            response = await cast("Awaitable[HttpResponseBase]", get_response(request))
            write_outgoing(request, response)
            return response

        return awaited

    def blocking(request: HttpRequest) -> HttpResponseBase:
        open_exchange(request)
        response: HttpResponseBase = get_response(request)
        write_outgoing(request, response)
        return response

    return blocking


middleware: Callable[[Callable[[HttpRequest], Any]], Callable[[HttpRequest], Any]] = sync_and_async_middleware(_middleware)
"""Let cookies and headers leave with every response: the first of `MIDDLEWARE`.

When the application starts, RuleError is raised for a URL whose rule needs a parameter that its path does not have.
"""
