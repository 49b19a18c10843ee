"""Costly work of a call, such as hashing a password: done outside of the transaction, by other threads than the database's.

A handler asks for a result by `project.computations.result(work)`. When it is not there yet, the call stops, its transaction is
rolled back, the work is done, and the handler runs again from its beginning: whatever has changed meanwhile is seen and checked.
"""

from abc import abstractmethod
from typing import Any, Generic, TypeVar, cast

import attrs

T = TypeVar("T")


@attrs.frozen
class Work(Generic[T]):
    """A computation without side effects, equal to another with the same inputs. Inputs may be secret: keep them out of repr."""

    @abstractmethod
    def run(self) -> T:
        """Compute the result; takes time and memory, both bounded, and does not touch the database."""


class WorkNeeded(Exception):  # noqa: N818  # control flow, not an error
    """Stop a call until some work is done."""

    def __init__(self, work: Work[Any]) -> None:
        super().__init__(type(work).__name__)
        self.work = work


class Computations:
    """The results of one call's work so far."""

    def __init__(self) -> None:
        self._results: dict[Work[Any], Any] = {}

    def use(self, results: dict[Work[Any], Any]) -> None:
        """Take the results of the call that runs next."""
        self._results = results

    def result(self, work: Work[T]) -> T:
        """Fetch a result. Raises WorkNeeded when the work has not been done."""
        if work not in self._results:
            raise WorkNeeded(work)
        return cast("T", self._results[work])
