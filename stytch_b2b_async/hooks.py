"""What a client tells those who watch it: one frozen value at a time."""

from collections.abc import Callable

import attrs


@attrs.frozen
class Attempt:
    """One attempt of a call has ended."""

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
    """Seconds."""
    wait: float | None
    """Seconds until the next attempt; None when this was the last."""


@attrs.frozen
class CallEnd:
    """A call has ended."""

    operation: str
    """The endpoint's name, such as `passwords.email.require_reset`."""
    method: str
    route: str
    """The path with its placeholders: it tells no ids."""
    attempts: int
    status_code: int | None
    error_type: str | None
    request_id: str | None
    elapsed: float


@attrs.frozen
class Drift:
    """A reply did not fit its declaration; what did not fit was set to None."""

    operation: str
    path: str
    """Where in the reply, such as `$.member.status`."""
    reason: str
    request_id: str | None


@attrs.frozen(kw_only=True)
class Hooks:
    """Functions that a client calls as things happen. They must be quick; what they raise ends in the log, not in the call."""

    on_attempt: Callable[[Attempt], None] | None = None
    on_call: Callable[[CallEnd], None] | None = None
    on_drift: Callable[[Drift], None] | None = None
    """Each kind of drift is told once per client."""
