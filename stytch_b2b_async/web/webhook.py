"""The route that receives webhooks."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from inspect import isawaitable, iscoroutinefunction
from typing import Any, Final, TypeAlias

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.runtime.local import SendRequest
from stytch_b2b_async.verify.verifier import Verifier
from stytch_b2b_async.webhooks import WebhookError, WebhookEvent, Webhooks

from .http import Request, Response, Route
from .memory import Memory
from .problems import Problem, refused

OnEvent: TypeAlias = Callable[[WebhookEvent], Awaitable[None] | None]
"""A function, or a coroutine function, that is called with each event."""

MAX_BODY: Final = 1 << 20
"""Bytes."""
_REMEMBERED: Final = 600.0
"""Seconds: twice as long as a signature is accepted."""
_MAX_REMEMBERED: Final = 10_000
_NOT_GENUINE: Final = Problem(400, "webhook", "The webhook is not signed as it should be, or too old.")


def webhook_route(*, secret: str | Sequence[str], on_event: OnEvent, path: str = "") -> Route:
    """Return a route that calls `on_event` with every webhook that Stytch has signed, and answers all else with 400.

    - `secret`: `whsec_…`; several during a rotation.
    - `on_event`: while it raises, Stytch sends the event again. A webhook that was handled is not handled again when it is
      replayed, as far as this process remembers; be ready to see an event twice. In an asynchronous framework, a function that is
      no coroutine function runs in a worker thread.

    Raises ValueError for an invalid secret, ImportError without the extra `webhooks`.
    """
    secrets = (secret,) if isinstance(secret, str) else tuple(secret)
    webhooks = Webhooks(*secrets)
    handled: Memory[str, str] = Memory(_MAX_REMEMBERED)

    def receive(request: Request, _verifier: Verifier, _send: SendRequest) -> Flow[Response]:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers}
        try:
            event = webhooks.verify(request.body, headers)
        except WebhookError:
            return refused(_NOT_GENUINE).response
        if handled.get(event.message_id) is not None:
            return Response(204)
        if _is_in_event_loop():
            yield partial(_awaited, on_event, event)
        else:
            pending = on_event(event)  # in the thread of the request, to which an application's connections may belong
            if isawaitable(pending):
                yield partial(_itself, pending)
        handled.set(event.message_id, event.message_id, time.time() + _REMEMBERED)
        return Response(204)

    return Route(("POST",), path, receive, "webhook", MAX_BODY)


def _is_in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _awaited(on_event: OnEvent, event: WebhookEvent) -> None:
    if iscoroutinefunction(on_event):
        await _itself(on_event(event))
    else:
        pending = await asyncio.to_thread(on_event, event)
        if isawaitable(pending):
            await pending


async def _itself(pending: Any) -> None:
    await pending
