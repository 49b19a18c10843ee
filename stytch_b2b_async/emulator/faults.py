"""Faults on demand: latency, errors and dropped connections, so that programs can test how they handle them."""

import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any, Final, Literal, TypeAlias, overload

import attrs

from stytch_b2b_async.catalog import endpoints

from .browser_starts import BROWSER_STARTS
from .errors import EmulatedError
from .identifiers import new_id

Drop: TypeAlias = Literal["before", "after"]
"""Close the connection without a response, before or after the call has taken effect."""

MAX_FAULTS: Final = 100
_DROPS: Final = ("before", "after")
_MAX_LATENCY: Final = 600.0  # seconds
_MAX_COUNT: Final = 2**31


@attrs.define(eq=False, kw_only=True)
class Fault:
    """What happens to matching calls, and how often it has happened. Raises ValueError for invalid settings."""

    operations: str = "*"
    """Pattern of operations, such as `passwords.*`; `*` and `?` are wildcards."""
    status: int | None = None
    """Respond with this error instead of acting: 400 to 599."""
    error_type: str | None = None
    """The error's type; by default one that suits the status."""
    latency: float = 0.0
    """Seconds to wait first."""
    drop: Drop | None = None
    times: int | None = None
    """How often it happens; None is until it is removed."""
    every: int = 1
    """Every how many matching calls it happens: 3 is the third, the sixth and so on."""
    probability: float = 1.0
    """How likely it happens then."""
    seed: int = 0
    """Of the generator behind `probability`: equal seeds choose equal calls."""
    fault_id: str = attrs.field(init=False, factory=lambda: new_id("fault"))
    fired: int = attrs.field(init=False, default=0)
    """How often it has happened."""
    _matched: int = attrs.field(init=False, default=0, repr=False)
    _random: random.Random = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Validate the settings."""
        if (problem := _problem(self)) is not None:
            raise ValueError(problem)
        self._random = random.Random(self.seed)  # noqa: S311  # chooses calls, not secrets

    def happens_to(self, operation: str) -> bool:
        """Return whether it happens to this call, and count it."""
        if not fnmatchcase(operation, self.operations) or (self.times is not None and self.fired >= self.times):
            return False
        self._matched += 1
        if self._matched % self.every or self._random.random() >= self.probability:
            return False
        self.fired += 1
        return True

    @property
    def error(self) -> EmulatedError | None:
        """The error response, if there is one."""
        if self.status is None:
            return None
        return EmulatedError(self.error_type or _error_type(self.status), "An injected fault.", self.status)

    def to_dict(self) -> dict[str, Any]:
        """Return all settings, and how often it has happened."""
        return attrs.asdict(self, filter=lambda attribute, _: not attribute.name.startswith("_"))


@attrs.frozen
class Injection:
    """What happens to one call."""

    latency: float
    fault: Fault | None
    """The one that responds or drops the connection, if any."""
    fault_ids: tuple[str, ...]


class Faults(Sequence[Fault]):
    """The faults of an emulator, in the order in which they were added; safe to use from any thread.

    All faults that match a call happen to it: latencies add up, and the first error or drop counts.
    """

    def __init__(self) -> None:
        self._faults: tuple[Fault, ...] = ()
        self._lock = threading.Lock()

    def add(
        self,
        operations: str = "*",
        *,
        status: int | None = None,
        error_type: str | None = None,
        latency: float = 0.0,
        drop: Drop | None = None,
        times: int | None = None,
        every: int = 1,
        probability: float = 1.0,
        seed: int = 0,
    ) -> Fault:
        """Add a fault; see `Fault` for the parameters. Raises ValueError for invalid ones."""
        fault = Fault(
            operations=operations,
            status=status,
            error_type=error_type,
            latency=latency,
            drop=drop,
            times=times,
            every=every,
            probability=probability,
            seed=seed,
        )
        with self._lock:
            if len(self._faults) >= MAX_FAULTS:
                raise ValueError(f"there are {MAX_FAULTS} faults already")
            self._faults = (*self._faults, fault)
        return fault

    def remove(self, fault: Fault | str) -> None:
        """Remove a fault, given itself or its id. Raises LookupError if it is not there."""
        fault_id = fault.fault_id if isinstance(fault, Fault) else fault
        with self._lock:
            kept = tuple(other for other in self._faults if other.fault_id != fault_id)
            if len(kept) == len(self._faults):
                raise LookupError(f"no fault {fault_id}")
            self._faults = kept

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._faults = ()

    def inject(self, operation: str) -> Injection | None:
        """Determine what happens to a call; None if nothing does."""
        if not self._faults:
            return None
        latency = 0.0
        found: Fault | None = None
        fault_ids: list[str] = []
        with self._lock:
            for fault in self._faults:
                if found is None and fault.happens_to(operation):
                    latency += fault.latency
                    fault_ids.append(fault.fault_id)
                    found = fault if fault.status or fault.drop else None
        return Injection(latency, found, tuple(fault_ids)) if fault_ids else None

    def __len__(self) -> int:
        return len(self._faults)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    @overload
    def __getitem__(self, index: int) -> Fault: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Fault]: ...
    def __getitem__(self, index: int | slice) -> Fault | Sequence[Fault]:
        return self._faults[index]

    def __repr__(self) -> str:
        return f"Faults({list(self._faults)!r})"


def _problem(fault: Fault) -> str | None:
    """Return what is wrong with a fault's settings."""
    operations = "operations must match at least one operation, such as passwords.authenticate, passwords.* or *"
    fitting = {
        operations: _matches_any(fault.operations),
        "status must be an error: 400 to 599": fault.status is None or _is_integer(fault.status, 400, 599),
        "error_type must be a string, and needs a status": fault.error_type is None or _is_error_type(fault),
        f"latency must be a number of seconds between 0 and {_MAX_LATENCY:g}": _is_number(fault.latency, 0, _MAX_LATENCY),
        "drop must be before or after": fault.drop is None or fault.drop in _DROPS,
        "give status or drop, not both": not (fault.drop and fault.status),
        "give latency, status or drop": bool(fault.drop or fault.status or fault.latency),
        "times must be a positive integer": fault.times is None or _is_integer(fault.times, 1, _MAX_COUNT),
        "every must be a positive integer": _is_integer(fault.every, 1, _MAX_COUNT),
        "probability must be a number above 0, and at most 1": _is_number(fault.probability, 0, 1) and fault.probability > 0,
        "seed must be an integer": _is_integer(fault.seed, -_MAX_COUNT, _MAX_COUNT),
    }
    return next((problem for problem, fits in fitting.items() if not fits), None)


def _matches_any(pattern: object) -> bool:
    return isinstance(pattern, str) and any(
        fnmatchcase(operation, pattern) for operation in (*endpoints(), *BROWSER_STARTS.values())
    )


def _is_error_type(fault: Fault) -> bool:
    given: object = fault.error_type
    return isinstance(given, str) and bool(given) and fault.status is not None


def _is_integer(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_number(value: object, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


_ERROR_TYPES: Final[Mapping[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "unauthorized_credentials",
    HTTPStatus.FORBIDDEN: "session_authorization_error",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many_requests",
}


def _error_type(status: int) -> str:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "internal_server_error"
    return _ERROR_TYPES.get(status, "bad_request")
