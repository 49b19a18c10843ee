"""Send a request, and print the response."""

import asyncio
import sys
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from stytch_b2b_async.catalog import EndpointInfo
from stytch_b2b_async.cli.client import open_client, target_of
from stytch_b2b_async.cli.confirm import confirm
from stytch_b2b_async.cli.failures import reporting
from stytch_b2b_async.cli.render import Rendering
from stytch_b2b_async.cli.settings import Settings
from stytch_b2b_async.client import Client
from stytch_b2b_async.endpoint import Effect, Request
from stytch_b2b_async.endpoint.paging import Page, Paging
from stytch_b2b_async.schema import fields_of


def send(
    endpoint: EndpointInfo, request: Request[Any], rendering: Rendering, settings: Settings, *, every_page: bool, confirmed: bool
) -> int:
    """Send a request and print its response; return the exit status."""
    target = target_of(settings)
    if endpoint.effect is not Effect.READS:
        asks = endpoint.effect is Effect.ACTS_ONCE and not confirmed and sys.stdin.isatty()
        confirm(f"{endpoint.operation}: {endpoint.summary}", target, ask=asks)
    with reporting():
        client = open_client(settings)
        if every_page:
            asyncio.run(_send_all(endpoint, request, rendering, client))
        else:
            rendering.show(asyncio.run(_send(request, client)))
    return 0


async def _send(request: Request[Any], client: Client) -> Any:
    async with client:
        return await client.send(request)


async def _send_all(endpoint: EndpointInfo, request: Request[Any], rendering: Rendering, client: Client) -> None:
    """Print the items of all pages as they come."""
    arguments = {field.name: getattr(request, field.name) for field in fields_of(type(request))}
    search: Callable[..., Paging[Page[Any]]] = attrgetter(endpoint.operation)(client)
    async with client:
        async for item in search(**{name: value for name, value in arguments.items() if value is not None}):
            rendering.show_line(item)
            sys.stdout.flush()
