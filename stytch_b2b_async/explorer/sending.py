"""Send what a form stands for: each submission once, however often it arrives."""

import asyncio
import json
import time
from collections import OrderedDict
from typing import Any, Final

from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.errors import APIConnectionError
from stytch_b2b_async.transport import SessionPool
from stytch_b2b_async.wire import Call, Reply, encode

from .form import Entries
from .history import MAX_KEPT, Exchange, History
from .seen import Seen
from .target import Target

_TIMEOUT: Final = 60.0  # seconds for a call
_CONNECT_TIMEOUT: Final = 5.0
_MAX_REMEMBERED: Final = 200


class Sender:
    """Sends requests through the gateway, and remembers submissions, so that a double click acts once."""

    def __init__(self, target: Target, gateway: str, token: str, history: History, seen: Seen) -> None:
        self._target = target
        project_id = target.config.project_id
        self._gateway = Config(project_id=project_id, base_url=gateway, fraud_base_url=gateway, secret=None)
        self._authorization = {"Authorization": f"Bearer {token}"}
        self._history = history
        self._seen = seen
        self._pool = SessionPool()
        self._submissions: OrderedDict[str, asyncio.Task[Exchange]] = OrderedDict()

    async def send(self, request: Request[Any], entries: Entries, submission: str) -> Exchange:
        """Send a request; a submission that is known already gets the reply of its first arrival."""
        key = f"{request.operation} {submission}"
        task = self._submissions.get(key) if submission else None
        if task is None:
            task = asyncio.create_task(self._exchange(request, entries))
            if submission:
                self._submissions[key] = task
                task.add_done_callback(lambda done: self._forget_large(key, done))
            while len(self._submissions) > _MAX_REMEMBERED:
                self._submissions.popitem(last=False)
        return await asyncio.shield(task)  # a browser that goes away does not stop the call

    async def close(self) -> None:
        """Close the connections."""
        running = [task for task in self._submissions.values() if not task.done()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._pool.close()

    def _forget_large(self, key: str, task: "asyncio.Task[Exchange]") -> None:
        """Do not keep a large reply in case its form is submitted again: only endpoints that read have such replies."""
        if task.cancelled() or task.exception() is not None or len(task.result().body) > MAX_KEPT:
            self._submissions.pop(key, None)

    async def _exchange(self, request: Request[Any], entries: Entries) -> Exchange:
        number, mails = self._history.next_number(), await self._mails()
        started = time.perf_counter()
        reply: Reply | None = None
        failure: str | None = None
        try:
            async with asyncio.timeout(_TIMEOUT):
                reply = await self._pool.send(self._call(request), connect_timeout=_CONNECT_TIMEOUT)
        except APIConnectionError as error:
            failure = f"{error}. {'It may have been applied.' if error.maybe_applied else 'It was not sent.'}"
        except TimeoutError:
            failure = f"No reply within {_TIMEOUT:g} seconds. It may have been applied."
        milliseconds = (time.perf_counter() - started) * 1000
        exchange = Exchange(
            number=number,
            operation=request.operation,
            entries=entries,
            status=reply.status if reply else None,
            headers=tuple(reply.headers.items()) if reply else (),
            body=reply.body if reply else b"",
            failure=failure,
            mails=tuple(range(mails, await self._mails())),
            milliseconds=milliseconds,
        )
        self._history.add(exchange)
        self._note(request, exchange)
        return exchange

    def _call(self, request: Request[Any]) -> Call:
        """Encode a request for the gateway, which has the credentials."""
        call = encode(request, self._gateway)
        return Call(call.method, call.url, {**call.headers, **self._authorization}, call.body)

    async def _mails(self) -> int:
        await self._target.refresh_mail()
        return len(self._target.mailbox.outbox) if self._target.mailbox else 0

    def _note(self, request: Request[Any], exchange: Exchange) -> None:
        """Keep the ids of a call that succeeded, to be offered."""
        if not exchange.succeeded:
            return
        self._seen.note(request.to_dict())
        try:
            self._seen.note(json.loads(exchange.body))
        except (ValueError, RecursionError):
            return
