"""The clock: show the time, and skip some."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from stytch_b2b_async.emulator.codec import read_object
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.wire.incoming import HTTPRequest

_MAX_SECONDS: Final = 100 * 366 * 24 * 3600


def show(project: Project, _: HTTPRequest) -> Mapping[str, Any]:
    """Return the emulator's time."""
    return {"now": project.clock.now()}


def skip(project: Project, request: HTTPRequest) -> Mapping[str, Any]:
    """Skip `advance_seconds`, or everything until `now`, so that things expire."""
    body = read_object(request)
    if ("now" in body) == ("advance_seconds" in body):
        raise EmulatedError("bad_request", "Give advance_seconds or now.")
    by = _until(project, body["now"]) if "now" in body else _seconds(body["advance_seconds"])
    try:
        now = project.clock.now(after=by)
    except OverflowError:
        raise EmulatedError("bad_request", "advance_seconds is out of the calendar's range.") from None
    project.store.after_commit(lambda: project.clock.advance(by))
    return {"now": now}


def _seconds(value: object) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MAX_SECONDS:
        raise EmulatedError("bad_request", f"advance_seconds must be a number between 0 and {_MAX_SECONDS}.")
    return timedelta(seconds=value)


def _until(project: Project, value: object) -> timedelta:
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        by = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - project.clock.now()
    except (ValueError, OverflowError):
        raise EmulatedError("bad_request", "now must be a time such as 2027-01-01T00:00:00Z.") from None
    if by < timedelta():
        raise EmulatedError("bad_request", "now lies in the past; time cannot be turned back.")
    return by
