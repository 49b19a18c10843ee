"""Expensive computations of a call, such as password hashing: outside of the transaction, in other threads than the database's.

A handler calls `project.computations.result(work)`. If the result is missing, the transaction is rolled back, the computation runs,
and the handler starts again, so that it sees and checks what has changed meanwhile.
"""

from abc import abstractmethod
from typing import Any, Generic, TypeVar, cast

import attrs

T = TypeVar("T")


@attrs.frozen
class Work(Generic[T]):
    """A computation without side effects, equal to another with the same inputs. Secret inputs must not be in the repr."""

    @abstractmethod
    def run(self) -> T:
        """Compute the result, in bounded time and memory, without the database."""


class WorkNeeded(Exception):  # noqa: N818  # control flow, not an error
    """Interrupts a call until a computation is done."""

    def __init__(self, work: Work[Any]) -> None:
        super().__init__(type(work).__name__)
        self.work = work


class Computations:
    """The results of a call's computations so far."""

    def __init__(self) -> None:
        self._results: dict[Work[Any], Any] = {}

    def use(self, results: dict[Work[Any], Any]) -> None:
        """Set the results of the next call."""
        self._results = results

    def result(self, work: Work[T]) -> T:
        """Return a result. Raises WorkNeeded if it has not been computed."""
        if work not in self._results:
            raise WorkNeeded(work)
        return cast("T", self._results[work])
