"""What a client needs of the network, and what it is told by it."""

import asyncio
from contextvars import ContextVar
from typing import Any, Protocol

from stytch_b2b_async.wire import Call, Reply


class Transport(Protocol):
    """What a client needs of the network. Write your own to record calls, to answer them in a test, or to use another library.

    A call that acts once is repeated, and an error says `maybe_applied=False`, only when its request has not left this machine. The
    client cannot see that; a transport that can says so:

    ```python
    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        request_sent.set(False)  # first thing, before anything is awaited
        connection = await self.connect(call.url, connect_timeout)
        request_sent.set(True)  # before the first byte is written, not after it
        return await connection.exchange(call)
    ```

    Who says nothing is taken to have sent the request. An APIConnectionError that is raised here says it by its own
    `maybe_applied`; `request_sent` also tells when the deadline or `close()` ends the attempt.
    """

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        """Make one attempt, without a redirect or a repeat. Raises APIConnectionError when no whole answer comes."""
        ...


class RequestSent:
    """What a transport says of the attempt under way: whether its request may have left this machine."""

    def set(self, value: bool) -> None:  # noqa: FBT001  # a ContextVar's own signature, which this once was
        """Record it: False before anything is sent, in the task that awaits `send`; True from anywhere in its context."""
        attempt = _current.get()
        if attempt is None or attempt.task is None:
            return
        if value:
            attempt.sent = True
        elif attempt.sent is None and attempt.task is asyncio.current_task():
            attempt.sent = False

    def get(self) -> bool:
        """Return what is recorded; True if nothing is."""
        attempt = _current.get()
        return attempt is None or attempt.maybe_applied


class Queue(Protocol):
    """Where an attempt waits for a connection."""

    @property
    def limit(self) -> int:
        """How many connections there are."""
        ...

    @property
    def hint(self) -> str:
        """What to do when there are too few."""
        ...


class Attempt:
    """One attempt of a call, shared by the client that makes it and the transport that sends it.

    A context would not do: tasks may share one. It only serves to find the attempt, once, at a moment when nothing else can run.
    """

    __slots__ = ("_cancelling", "_interrupted", "_outer", "queued_in", "sent", "taken", "task")

    def __init__(self, task: "asyncio.Task[Any] | None") -> None:
        self.task = task
        """The task that makes it; None once it has ended."""
        self.sent: bool | None = None
        """Whether its request has left this machine; None if unknown, and never False again once it was True."""
        self.queued_in: Queue | None = None
        """Where it waits for a connection."""
        self.taken: bool = False
        """Whether a transport holds it that keeps `sent` true."""
        self._outer: Attempt | None = None
        self._interrupted = False

    @property
    def maybe_applied(self) -> bool:
        """Whether the API may have acted on it."""
        return self.sent is not False

    def begin(self) -> None:
        """Make it the one that `request_sent` speaks of in this context."""
        other = _current.get()
        if other is not None and other.task is not None:
            if other.task is self.task:
                self._outer = other  # whose transport makes a call of its own
            elif other.sent is False and not other.taken:
                other.sent = None  # tasks share this context: what is said here from now on is no longer said of that one
        _current.set(self)

    def end(self) -> None:
        """Let go of the task: contexts outlive it, and it would keep the call's answer alive."""
        self.task = None
        if self._outer is not None:
            _current.set(self._outer)
            self._outer = None

    @classmethod
    def take(cls, loop: asyncio.AbstractEventLoop) -> "Attempt":
        """Find the attempt under way in this task, for a transport that keeps its `sent` true; outside of a call, make one.

        Nothing counts as sent until it is recorded.
        """
        task = asyncio.current_task(loop)
        attempt = _current.get()
        if attempt is None or task is None or attempt.task is not task:
            attempt = cls(task)
        attempt.taken = True
        if attempt.sent is None:
            attempt.sent = False
        return attempt

    def enter(self) -> None:
        """Note how often its task has been cancelled before `interrupt` may do so."""
        self._interrupted = False
        self._cancelling = 0 if self.task is None else self.task.cancelling()

    def interrupt(self) -> None:
        """Cancel its task, once, in a way that `leave` takes back."""
        if self.task is not None and not self._interrupted:
            self._interrupted = True
            self.task.cancel()

    def is_cancelled(self) -> bool:
        """Return whether its task has been cancelled from elsewhere since it was entered."""
        return self.task is not None and self.task.cancelling() - self._interrupted > self._cancelling

    def leave(self) -> None:
        """Take the interrupt back, if there was one."""
        if self._interrupted and self.task is not None:
            self.task.uncancel()


_current: ContextVar[Attempt | None] = ContextVar("stytch_b2b_async_attempt", default=None)

request_sent: RequestSent = RequestSent()
"""Whether the request of the attempt under way may have left this machine. See `Transport`."""
