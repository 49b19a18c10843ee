"""Rate limits: fixed windows on the clock."""

from typing import Any

import pytest
from support.pure_api import PureAPI

from stytch_b2b_async.emulator import DOCUMENTED_RATE_LIMITS, ProjectSettings, RateLimit
from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.rate_limits import RateLimiter


def limited(*limits: RateLimit) -> PureAPI:
    return PureAPI(ProjectSettings(rate_limits=limits))


def check(api: PureAPI, tried: str = "x", email: str | None = None) -> int:
    body = {"password": tried, "email_address": email}
    status, found = api.call("POST", "/v1/b2b/passwords/strength_check", body)
    assert status == 200 or "too_many_requests" == found["error_type"]
    return status


def skip(api: PureAPI, seconds: int) -> None:
    assert 200 == api.call("POST", "/_emulator/clock", {"advance_seconds": seconds})[0]


def test_no_limits_by_default() -> None:
    """A test suite is not slowed down."""
    with PureAPI() as api:
        assert [200] * 200 == [check(api) for _ in range(200)]


def test_windows_are_aligned_to_the_clock() -> None:
    """Not rolling: what was used at the end of one minute is free at the start of the next. Computations count once."""
    with limited(RateLimit(operations="passwords.*", calls=2)) as api:
        skip(api, 59)
        assert [200, 200, 429, 429] == [check(api, f"password {n}") for n in range(4)]
        skip(api, 1)
        assert [200, 200, 429] == [check(api) for _ in range(3)]
        assert 200 == api.call("POST", "/v1/b2b/organizations", {"organization_name": "Acme"})[0]
        assert 200 == api.call("POST", "/_emulator/reset")[0]
        assert 200 == check(api)


def test_values_are_counted_separately() -> None:
    """In any case of letters; calls without the parameter are not concerned."""
    with limited(RateLimit(operations="passwords.strength_check", calls=1, per="email_address")) as api:
        found = [check(api, "x", email) for email in ("ada@example.com", "ADA@example.com", "grace@example.com", None, None)]
    assert [200, 429, 200, 200, 200] == found


def test_group_shares_its_count() -> None:
    """Of all operations that match; a call that one limit refuses is counted by none."""
    limits = (
        RateLimit(operations="passwords.strength_check,organizations.create", calls=2),
        RateLimit(operations="passwords.*", calls=1),
    )
    with limited(*limits) as api:
        assert [200, 429] == [check(api), check(api)]
        assert 200 == api.call("POST", "/v1/b2b/organizations", {"organization_name": "Acme"})[0]
        status, body = api.call("POST", "/v1/b2b/organizations", {"organization_name": "Acme"})
    assert (429, "too_many_requests") == (status, body["error_type"])


def test_endpoints_of_apps_are_limited() -> None:
    """Those, too, that take a form and a client's credentials."""
    with limited(RateLimit(operations="m2m.token", calls=1)) as api:
        path, form = (
            f"/v1/public/{api.project.project_id}/oauth2/token",
            "grant_type=client_credentials&client_id=x&client_secret=x",
        )
        sent = [api.send("POST", path, form.encode(), content_type="application/x-www-form-urlencoded") for _ in range(2)]
        assert [401, 429] == [response.status for response in sent]


def test_counters_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day's window of many addresses does not fill the memory."""
    monkeypatch.setattr("stytch_b2b_async.emulator.rate_limits._MAX_COUNTERS", 3)
    limit = RateLimit(operations="*", calls=1, seconds=86_400, per="name")
    limiter = RateLimiter([limit], Clock())
    for name in "abcdef":
        limiter.count("x", type("Parameters", (), {"name": name}))
    assert 3 >= len(limiter._counts(limit))
    with pytest.raises(EmulatedError):
        limiter.count("x", type("Parameters", (), {"name": "f"}))


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("passwords.*=100/minute", {"operations": "passwords.*", "calls": 100, "seconds": 60}),
        ("a,b=1/second/email_address", {"operations": "a,b", "calls": 1, "seconds": 1, "per": "email_address"}),
    ],
)
def test_written_limits(text: str, limit: dict[str, Any]) -> None:
    """As on a command line."""
    assert RateLimit(**limit) == RateLimit.parse(text)


@pytest.mark.parametrize("text", ["", "passwords.*", "passwords.*=x/minute", "passwords.*=1/week", "=1/day"])
def test_malformed_limits(text: str) -> None:
    """Each is refused with an example of a correct one."""
    with pytest.raises(ValueError, match=r"is not a rate limit such as"):
        RateLimit.parse(text)


@pytest.mark.parametrize("given", [{"calls": -1}, {"calls": 1, "seconds": 0}])
def test_impossible_limits(given: dict[str, Any]) -> None:
    """Before anything starts."""
    with pytest.raises(ValueError, match="must"):
        RateLimit(operations="*", **given)


def test_documented_limits() -> None:
    """Documented limits cover endpoints that exist. A misspelled one would limit nothing."""
    from stytch_b2b_async.catalog import endpoints

    for limit in DOCUMENTED_RATE_LIMITS:
        for pattern in limit.operations.split(","):
            assert pattern in endpoints()
