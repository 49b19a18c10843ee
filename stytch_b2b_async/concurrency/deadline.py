"""Call deadlines that share one timer per event loop and duration: a tenth of the cost of a timer per call.

Deadlines of the same duration end in the order in which they began, so the timer of the first one serves them all.
"""

import asyncio
from collections import deque
from types import TracebackType
from typing import Any, Self

from .loop_local import LoopLocal

_MAX_DONE = 64  # finished deadlines that a queue may hold before it is cleared
_MAX_QUEUES = 64  # shared queues per loop; calls with further durations get their own timers


class Deadline:
    """Cancel the body of a `with` block after so many seconds, and raise TimeoutError.

    Like `asyncio.timeout`: cancellation by other code passes through, even at the same moment.
    """

    __slots__ = ("_cancelling", "_queue", "_seconds", "at", "done", "expired", "task")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.expired: bool = False
        self.done: bool = False

    def __enter__(self) -> Self:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        if task is None:
            raise RuntimeError("a deadline needs a task to cancel")
        self.task: asyncio.Task[Any] | None = task
        self._cancelling = task.cancelling()
        self._queue = _queue(loop, self._seconds)
        self.at: float = self._queue.add(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        task, self.task = self.task, None  # the queue still holds this deadline, and the task holds its result
        self.done = True
        if not self.expired:
            self._queue.discard()
        elif task is not None and task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def remaining(self) -> float:
        """Return the remaining seconds."""
        return self.at - self._queue.loop.time()

    def expire(self) -> None:
        """Cancel the task."""
        if self.task is not None:
            self.expired = True
            self.task.cancel()


class _DeadlineQueue:
    """The deadlines of one loop and duration, the earliest first."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float, shared: "dict[float, _DeadlineQueue] | None") -> None:
        self.loop = loop
        self._seconds = seconds
        self._shared = shared
        self._deadlines: deque[Deadline] = deque()
        self._done = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, deadline: Deadline) -> float:
        """Add one that starts now; return the loop time at which it expires."""
        at = self.loop.time() + self._seconds
        self._deadlines.append(deadline)
        if self._timer is None:
            self._timer = self.loop.call_at(at, self._on_timer)
        return at

    def discard(self) -> None:
        """Count a deadline that is finished."""
        self._done += 1
        if self._done > _MAX_DONE and self._done * 2 > len(self._deadlines):
            self._deadlines = deque(each for each in self._deadlines if not each.done)
            self._done = 0
        if self._shared is None and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_timer(self) -> None:
        now = self.loop.time()
        while self._deadlines and (self._deadlines[0].done or self._deadlines[0].at <= now):
            deadline = self._deadlines.popleft()
            if deadline.done:
                self._done -= 1
            else:
                deadline.expire()
        if self._deadlines:
            self._timer = self.loop.call_at(self._deadlines[0].at, self._on_timer)
            return
        self._timer = None
        if self._shared is not None:
            self._shared.pop(self._seconds, None)  # makes room for another duration


_queues: LoopLocal[dict[float, _DeadlineQueue]] = LoopLocal()


def _queue(loop: asyncio.AbstractEventLoop, seconds: float) -> _DeadlineQueue:
    queues = _queues.get(loop)
    if queues is None:
        queues = dict[float, _DeadlineQueue]()
        _queues.set(loop, queues)
    queue = queues.get(seconds)
    if queue is not None:
        return queue
    if len(queues) >= _MAX_QUEUES:
        return _DeadlineQueue(loop, seconds, None)
    queue = queues[seconds] = _DeadlineQueue(loop, seconds, queues)
    return queue
