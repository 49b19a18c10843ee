"""What a client tells those who watch it: one frozen value at a time. `str()` of each is a line for a log."""

from collections.abc import Callable
from typing import Generic, Self, TypeVar

from .schema import Model, frozen, value_class

V = TypeVar("V")


@value_class
class CallStart(Model):
    """A call begins."""

    call_id: int
    """The same in all that is told of one call; no other call of this process has it."""
    operation: str
    """The endpoint's name, such as `passwords.email.require_reset`."""
    method: str
    route: str
    """The path with its placeholders: it tells no ids."""
    base_url: str
    """Where the call goes."""

    def __str__(self) -> str:
        return f"{self.operation} #{self.call_id}: {self.method} {self.base_url}{self.route}"


@value_class
class Attempt(Model):
    """One attempt of a call has ended."""

    call_id: int
    operation: str
    """The endpoint's name, such as `passwords.email.require_reset`."""
    method: str
    route: str
    """The path with its placeholders: it tells no ids."""
    number: int
    """From 1."""
    status_code: int | None
    """None when no answer came."""
    error_type: str | None
    """The API's word, or the exception's name when no answer came; None for a success."""
    request_id: str | None
    elapsed: float
    """Seconds that this attempt took."""
    wait: float | None
    """Seconds until the next attempt; None when this was the last."""

    def __str__(self) -> str:
        wait = "" if self.wait is None else f", again in {self.wait:.3f} s"
        return f"{self.operation} #{self.call_id}: attempt {self.number}: {_outcome(self)}{wait}{_named(self.request_id)}"


@value_class
class CallEnd(Model):
    """A call has ended: with an answer, with an error, or because its caller gave it up."""

    call_id: int
    operation: str
    """The endpoint's name, such as `passwords.email.require_reset`."""
    method: str
    route: str
    """The path with its placeholders: it tells no ids."""
    attempts: int
    status_code: int | None
    """Of the last attempt; None when no answer came."""
    error_type: str | None
    """The API's word, or the exception's name when no answer came; None for a success."""
    request_id: str | None
    elapsed: float
    """Seconds, with all attempts and the waits between them."""

    def __str__(self) -> str:
        attempts = "" if self.attempts == 1 else f" after {self.attempts} attempts"
        return f"{self.operation} #{self.call_id}: {_outcome(self)}{attempts}{_named(self.request_id)}"


@value_class
class Drift(Model):
    """A reply did not fit its declaration; what did not fit was set to None."""

    operation: str
    path: str
    """Where in the reply, such as `$.member.status`."""
    reason: str
    request_id: str | None

    def __str__(self) -> str:
        return f"{self.operation}: the reply drifted: {self.reason} @ {self.path}{_named(self.request_id)}"


@frozen
class Hooks(Model):
    """Functions that a client calls as things happen. They must be quick; what they raise ends in the log, not in the call.

    They run where the call runs: in its task, or in a blocking client's thread with the context of the caller's. There, a call of
    that blocking client would wait for itself, and raises RuntimeError.
    """

    on_start: Callable[[CallStart], None] | None = None
    """Each start is followed by one end."""
    on_attempt: Callable[[Attempt], None] | None = None
    on_call: Callable[[CallEnd], None] | None = None
    on_drift: Callable[[Drift], None] | None = None
    """Each kind of drift is told once per client."""

    @classmethod
    def together(cls, *several: Self) -> Self:
        """Tell each of several; one that raises does not keep the news from the others."""
        return cls(
            on_start=_each([hooks.on_start for hooks in several]),
            on_attempt=_each([hooks.on_attempt for hooks in several]),
            on_call=_each([hooks.on_call for hooks in several]),
            on_drift=_each([hooks.on_drift for hooks in several]),
        )


@value_class
class _Each(Generic[V]):
    """Several functions as one."""

    hooks: list[Callable[[V], None]]

    def __call__(self, value: V) -> None:
        errors: list[Exception] = []
        for hook in self.hooks:
            try:
                hook(value)
            except Exception as error:  # noqa: BLE001  # raised again, with the others'
                errors.append(error)
        if errors:
            raise ExceptionGroup("hooks raised", errors)


def _each(hooks: list[Callable[[V], None] | None]) -> Callable[[V], None] | None:
    wanted = [hook for hook in hooks if hook is not None]
    return _Each(wanted) if len(wanted) > 1 else next(iter(wanted), None)


def _outcome(value: Attempt | CallEnd) -> str:
    shown = [str(value.status_code)] if value.status_code is not None else []
    return f"{' '.join([*shown, *([value.error_type] if value.error_type else [])]) or 'no status'} in {value.elapsed:.3f} s"


def _named(request_id: str | None) -> str:
    return f" [{request_id}]" if request_id else ""
