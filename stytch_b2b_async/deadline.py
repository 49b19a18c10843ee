"""A bound on how long a call may take, at a tenth of what a timer of its own would cost it.

Calls that may take equally long end in the order in which they began. So a loop needs one timer for all of them: that of the call
that began first. Those that have ended meanwhile are passed over when their turn comes, and cleared away when they are many.
"""

import asyncio
import weakref
from collections import deque
from types import TracebackType
from typing import Any, Self

_FEW = 64  # ended deadlines that a line may hold before it is cleared


class Deadline:
    """Cancel what runs in a `with` block after so many seconds, and raise TimeoutError for it.

    Like `asyncio.timeout`: a cancellation from elsewhere passes through, and one that comes at the same moment is not swallowed.
    """

    __slots__ = ("_cancelling", "_line", "_task", "at", "expired", "over")

    def __init__(self, seconds: float) -> None:
        self._line = _line(seconds)

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a task to cancel")
        self._task: asyncio.Task[Any] = task
        self._cancelling = task.cancelling()
        self.expired: bool = False
        self.over: bool = False
        self.at: float = self._line.join(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.over = True
        self._line.leave()
        if self.expired and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def remaining(self) -> float:
        """Tell the seconds that are left."""
        return self.at - self._line.loop.time()

    def expire(self) -> None:
        """Cancel the task: its time is over."""
        self.expired = True
        self._task.cancel()


class _Line:
    """The deadlines of one loop that are equally far away, the first to end in front."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self.loop = loop
        self._seconds = seconds
        self._waiting: deque[Deadline] = deque()
        self._over = 0
        self._timer: asyncio.TimerHandle | None = None

    def join(self, deadline: Deadline) -> float:
        """Stand at the end; tells when it is over."""
        at = self.loop.time() + self._seconds
        self._waiting.append(deadline)
        if self._timer is None:
            self._timer = self.loop.call_at(at, self._ring)
        return at

    def leave(self) -> None:
        """Count one that has ended, wherever it stands."""
        self._over += 1
        if self._over > _FEW and self._over * 2 > len(self._waiting):
            self._waiting = deque(each for each in self._waiting if not each.over)
            self._over = 0

    def _ring(self) -> None:
        now = self.loop.time()
        while self._waiting and (self._waiting[0].over or self._waiting[0].at <= now):
            deadline = self._waiting.popleft()
            if not deadline.over:
                deadline.expire()
        self._timer = self.loop.call_at(self._waiting[0].at, self._ring) if self._waiting else None


_lines: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[float, _Line]]" = weakref.WeakKeyDictionary()
_MOST_LINES = 64  # of one loop: who gives each call a timeout of its own gets timers of its own


def _line(seconds: float) -> _Line:
    loop = asyncio.get_running_loop()
    lines = _lines.get(loop)
    if lines is None:
        for gone in [known for known in list(_lines) if known.is_closed()]:
            _lines.pop(gone, None)  # its lines hold it, so nothing else lets go of it
        lines = _lines[loop] = {}
    line = lines.get(seconds)
    if line is None:
        line = _Line(loop, seconds)
        if len(lines) < _MOST_LINES:
            lines[seconds] = line
    return line
