"""Hooks, and the events that they receive. `str()` of an event is a line for a log."""

import warnings
from collections.abc import Callable
from typing import Generic, Self, TypeVar

from .schema import Model, frozen, value_class

V = TypeVar("V")


@value_class
class _CallEvent(Model):
    """What the events of a call have in common."""

    call_id: int
    """The same in all events of a call; unique in this process."""
    operation: str
    """The endpoint's name, such as `passwords.email.require_reset`."""
    method: str
    route: str
    """The path with placeholders instead of ids."""


@value_class
class CallStart(_CallEvent):
    """A call starts."""

    base_url: str
    """The API's base URL."""

    def __str__(self) -> str:
        return f"{self.operation} #{self.call_id}: {self.method} {self.base_url}{self.route}"


@value_class
class Attempt(_CallEvent):
    """One attempt of a call has ended."""

    number: int
    """From 1."""
    status_code: int | None
    """None without a response."""
    error_type: str | None
    """The API's error type, or the exception's name without a response; None for a success."""
    request_id: str | None
    elapsed: float
    """Duration of this attempt, in seconds."""
    wait: float | None
    """Seconds until the next attempt; None if this was the last."""

    def __str__(self) -> str:
        wait = "" if self.wait is None else f", again in {self.wait:.3f} s"
        return f"{self.operation} #{self.call_id}: attempt {self.number}: {_outcome(self)}{wait}{_named(self.request_id)}"


@value_class
class CallEnd(_CallEvent):
    """A call has ended: with a response, with an error, or by cancellation."""

    attempts: int
    status_code: int | None
    """Of the last attempt; None without a response."""
    error_type: str | None
    """The API's error type, or the exception's name without a response; None for a success."""
    request_id: str | None
    elapsed: float
    """Duration in seconds, with all attempts and retry delays."""

    def __str__(self) -> str:
        attempts = "" if self.attempts == 1 else f" after {self.attempts} attempts"
        return f"{self.operation} #{self.call_id}: {_outcome(self)}{attempts}{_named(self.request_id)}"


@value_class
class Drift(Model):
    """A field of a response did not match its declaration, and was set to None."""

    operation: str
    path: str
    """Where in the response, such as `$.member.roles[*].role_id`; `[*]` is any item of a list or map."""
    reason: str
    request_id: str | None

    def __str__(self) -> str:
        return f"{self.operation}: schema mismatch: {self.reason} @ {self.path}{_named(self.request_id)}"


@frozen
class Hooks(Model):
    """Functions that a client calls. They must be quick; their exceptions are logged and do not affect the call.

    They run where the call runs: in its task, or in a blocking client's thread with the caller's context. There, a call of that
    blocking client would wait for itself, and raises RuntimeError.
    """

    on_start: Callable[[CallStart], None] | None = None
    """Each start is followed by one `on_call`."""
    on_attempt: Callable[[Attempt], None] | None = None
    on_call: Callable[[CallEnd], None] | None = None
    on_drift: Callable[[Drift], None] | None = None
    """Called once per client for each endpoint, path and reason."""

    @classmethod
    def combine(cls, *several: Self) -> Self:
        """Combine several; if one raises, the others are still called."""
        return cls(
            on_start=_combined([hooks.on_start for hooks in several]),
            on_attempt=_combined([hooks.on_attempt for hooks in several]),
            on_call=_combined([hooks.on_call for hooks in several]),
            on_drift=_combined([hooks.on_drift for hooks in several]),
        )

    @classmethod
    def together(cls, *several: Self) -> Self:
        """Combine several: the former name of `combine`."""
        warnings.warn("Hooks.together is now Hooks.combine", DeprecationWarning, stacklevel=2)
        return cls.combine(*several)


@value_class
class _Fanout(Generic[V]):
    """Several functions as one."""

    hooks: list[Callable[[V], None]]

    def __call__(self, value: V) -> None:
        errors: list[Exception] = []
        for hook in self.hooks:
            try:
                hook(value)
            except Exception as error:  # noqa: BLE001  # reraised in a group
                errors.append(error)
        if errors:
            raise ExceptionGroup("hooks raised", errors)


def _combined(hooks: list[Callable[[V], None] | None]) -> Callable[[V], None] | None:
    wanted = [hook for hook in hooks if hook is not None]
    return _Fanout(wanted) if len(wanted) > 1 else next(iter(wanted), None)


def _outcome(value: Attempt | CallEnd) -> str:
    shown = [str(value.status_code)] if value.status_code is not None else []
    return f"{' '.join([*shown, *([value.error_type] if value.error_type else [])]) or 'no status'} in {value.elapsed:.3f} s"


def _named(request_id: str | None) -> str:
    return f" [{request_id}]" if request_id else ""
