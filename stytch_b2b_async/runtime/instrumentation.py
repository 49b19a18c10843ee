"""A client's hooks and debug log, at no cost for clients that use neither."""

import logging
from typing import TYPE_CHECKING, Any

from stytch_b2b_async._logging import logger
from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.schema.converter import Mismatch

if TYPE_CHECKING:
    # Imported on first use: clients without hooks do not pay for it.
    from stytch_b2b_async.hooks import Hooks

    from .call_recorder import CallRecorder

_MAX_DRIFTS = 1_000  # mismatches per endpoint that a client remembers as reported


class Instrumentation:
    """One client's hooks and debug log."""

    def __init__(self, hooks: "Hooks | None") -> None:
        self._hooks = hooks
        self._hooked = hooks is not None and any((hooks.on_start, hooks.on_attempt, hooks.on_call))
        self._reported: dict[str, set[Mismatch]] = {}  # by operation
        self._recorder: type[CallRecorder] | None = None

    def start(self, request: Request[Any], config: Config) -> "CallRecorder | None":
        """Start recording a call; None if no hook or debug log is active."""
        if not self._hooked and not logger.isEnabledFor(logging.DEBUG):
            return None
        recorder = self._recorder
        if recorder is None:
            from .call_recorder import CallRecorder

            recorder = self._recorder = CallRecorder
        return recorder.start(self._hooks, request, config)

    def drift(self, request: Request[Any], response: object, mismatches: list[Mismatch]) -> None:
        """Report each kind of schema mismatch once: an endpoint, a path and a reason."""
        from .call_recorder import record_drift

        reported = self._reported.setdefault(request.operation, set())
        for mismatch in mismatches:
            if mismatch not in reported and len(reported) < _MAX_DRIFTS:
                reported.add(mismatch)
                record_drift(self._hooks, (request.operation, *mismatch), response)
