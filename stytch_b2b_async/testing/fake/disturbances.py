"""What makes calls fail or slow."""

from contextlib import suppress
from types import TracebackType
from typing import Self

from stytch_b2b_async.emulator.faults import Fault, Faults


class Disturbance:
    """An outage or a delay, which lasts until it is ended."""

    def __init__(self, faults: Faults, fault: Fault) -> None:
        self._faults = faults
        self._fault = fault

    @property
    def calls(self) -> int:
        """How many calls it has met."""
        return self._fault.fired

    def end(self) -> None:
        """End it. Ending it twice is harmless."""
        with suppress(LookupError):
            self._faults.remove(self._fault)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.end()
