from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sample_api import ChangeWidget, GetWidget, MakeWidget

from stytch_b2b_async import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    DecodeError,
    InternalServerError,
    MemberLockedError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    SearchTimeoutError,
)
from stytch_b2b_async.errors import status_error_class
from stytch_b2b_async.runtime.retry import Budget, next_delay

READS = GetWidget(owner_id="me", widget_id="it")
REPEATABLE = ChangeWidget(widget_id="it")
ACTS_ONCE = MakeWidget(name="n", owner_id="o")
ANY = [READS, REPEATABLE, ACTS_ONCE]
HARMLESS = [READS, REPEATABLE]

REPEATED: list[tuple[str, Any, list[Any]]] = [
    ("never connected", APIConnectionError("refused"), ANY),
    ("no connection in time", APITimeoutError("no connection"), ANY),
    ("too many calls", RateLimitError(429, "too_many_requests"), ANY),
    ("search timeout", SearchTimeoutError(400, "search_timeout"), ANY),
    ("lost connection", APIConnectionError("reset", maybe_applied=True), HARMLESS),
    ("500", InternalServerError(500), HARMLESS),
    ("503", status_error_class(503, None)(503), HARMLESS),
    ("501", InternalServerError(501, "not_emulated"), []),
    ("a locked member", MemberLockedError(429, "user_lock_limit_reached"), []),
    ("400", BadRequestError(400), []),
    ("401", AuthenticationError(401), []),
    ("403", PermissionDeniedError(403), []),
    ("404", NotFoundError(404), []),
    ("409", ConflictError(409), []),
    ("302", APIStatusError(302), []),
    ("no JSON object", DecodeError("no JSON object", 200), []),
]


@pytest.mark.parametrize(("outcome", "repeated"), [row[1:] for row in REPEATED], ids=[row[0] for row in REPEATED])
@pytest.mark.parametrize("request_", ANY, ids=["reads", "repeatable", "acts once"])
def test_retry_by_effect(request_: Any, outcome: Any, repeated: list[Any]) -> None:
    """An attempt is repeated only where it cannot act twice."""
    wait = next_delay(1, request_, outcome, remaining=30)
    assert (wait is not None) == any(request_ is one for one in repeated)


@given(st.integers(1, 100))
def test_waits_are_jittered_and_bounded(attempt: int) -> None:
    wait = next_delay(attempt, READS, InternalServerError(500), remaining=100)
    assert wait is not None
    assert 0 <= wait <= min(8, 0.5 * 2 ** (attempt - 1))


def test_waits_grow_and_differ() -> None:
    def longest(attempt: int) -> float:
        return max(next_delay(attempt, READS, InternalServerError(500), remaining=100) or 0 for _ in range(200))

    assert longest(1) < longest(3) < longest(6)
    assert 100 < len({next_delay(5, READS, InternalServerError(500), remaining=100) for _ in range(200)})


def test_retry_after() -> None:
    """The wait that the API asks for is kept to the second."""
    assert 7 == next_delay(1, ACTS_ONCE, RateLimitError(429, retry_after=7.0), remaining=30)
    assert 0 == next_delay(1, ACTS_ONCE, RateLimitError(429, retry_after=0.0), remaining=30)


@pytest.mark.parametrize("asked", [30.0, 31.0, float("inf")])
def test_wait_beyond_the_deadline(asked: float) -> None:
    """A wait that does not fit the deadline is not begun."""
    assert next_delay(1, READS, RateLimitError(429, retry_after=asked), remaining=30) is None


def test_nothing_is_begun_after_the_deadline() -> None:
    assert next_delay(1, READS, InternalServerError(500), remaining=0) is None
    assert next_delay(1, READS, InternalServerError(500), remaining=-1) is None


def test_retry_budget() -> None:
    """An outage is not multiplied beyond the budget."""
    budget = Budget()
    assert 100 == sum(budget.spend() for _ in range(1_000))
    assert not budget.spend()


def test_successes_earn_repeats_back() -> None:
    budget = Budget(left=0)
    for _ in range(4):
        budget.earn(1)
    assert not budget.spend()
    budget.earn(1)
    assert budget.spend()
    budget.earn(2)
    assert budget.spend()
    assert not budget.spend()


def test_a_budget_does_not_grow_beyond_its_most() -> None:
    budget = Budget()
    budget.earn(3)
    assert 100 == sum(budget.spend() for _ in range(1_000))
