"""The Retry-After header."""

import math
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stytch_b2b_async.wire import retry_after


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            (None, None),
            ("", None),
            ("0", 0.0),
            ("7", 7.0),
            (" 7 ", 7.0),
            ("-1", None),
            ("soon", None),
            ("\u0667", None),
            ("Fri, 31 Dec 1999 23:59:59 GMT", 0.0),
            ("Sun, 06 Nov 1994 08:49:99 GMT", None),
        ],
    )
    def test_a_header_tells_how_long_to_wait(self, header: str | None, seconds: float | None) -> None:
        assert seconds == retry_after(header)

    @pytest.mark.parametrize("date", ["Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 09:49:37 +0100"])
    def test_a_date_is_counted_from_now(self, date: str) -> None:
        assert 37 == retry_after(date, now=784111740.0)

    @pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone cannot be changed here")
    def test_a_date_without_a_zone_is_not_of_this_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """HTTP's oldest form of a date names no zone, and means GMT."""
        monkeypatch.setenv("TZ", "America/New_York")
        time.tzset()
        try:
            assert 37 == retry_after("Sun Nov  6 08:49:37 1994", now=784111740.0)
        finally:
            monkeypatch.undo()
            time.tzset()

    @given(st.text())
    @example("0\x1f")
    @example("9" * 5_000)
    @example("Fri, 31 Dec 99999 23:59:59 GMT")
    def test_no_header_can_break_it(self, header: str) -> None:
        seconds = retry_after(header)
        assert seconds is None or (seconds >= 0 and not math.isnan(seconds))
