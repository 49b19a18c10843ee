"""The control routes: one function each."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from stytch_b2b_async.emulator.codec import HTTPRequest, read_object, read_query
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project

from .access import require_local, require_own_origin

CONTROL_PREFIX: Final = "/_emulator/"

ControlHandler: TypeAlias = Callable[[Project, HTTPRequest], Mapping[str, Any]]
"""(project, request) → a JSON object, or an APIError; within a transaction."""

_MAX_SECONDS: Final = 100 * 366 * 24 * 3600


class ControlRoutes:
    """The control routes of a project; `allow_remote` allows any Host."""

    def __init__(self, project: Project, *, allow_remote: bool) -> None:
        self._project = project
        self._allow_remote = allow_remote

    def answer(self, request: HTTPRequest) -> Mapping[str, Any]:
        """Handle a call."""
        if not self._allow_remote:
            require_local(request)
        handlers = _ROUTES.get(request.path.removeprefix(CONTROL_PREFIX))
        if handlers is None:
            raise missing("route", "control route")
        handler = handlers.get(request.method)
        if handler is None:
            message = f"This route takes {', '.join(sorted(handlers))}."
            raise EmulatedError("method_not_allowed", message, HTTPStatus.METHOD_NOT_ALLOWED)
        if request.method != "GET":
            require_own_origin(request)
        return handler(self._project, request)


def health(project: Project, _: HTTPRequest) -> Mapping[str, Any]:
    """Report that the emulator is ready, and its project."""
    return {"status": "ok", "project_id": project.project_id}


def outbox(project: Project, request: HTTPRequest) -> Mapping[str, Any]:
    """List the messages, newest last; with `?to=`, those to an address or phone number."""
    address = read_query(request).get("to")
    messages = list(project.outbox) if address is None else project.outbox.to(address)
    return {"messages": [message.to_dict() for message in messages]}


def reset(project: Project, _: HTTPRequest) -> Mapping[str, Any]:
    """Delete everything except credentials and signing keys, and reset the clock."""
    project.reset()
    return {"status": "ok"}


def show_time(project: Project, _: HTTPRequest) -> Mapping[str, Any]:
    """Return the emulator's time."""
    return {"now": project.clock.now()}


def skip_time(project: Project, request: HTTPRequest) -> Mapping[str, Any]:
    """Skip `advance_seconds` of time, so that things expire."""
    seconds = read_object(request).get("advance_seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= _MAX_SECONDS:
        raise EmulatedError("bad_request", f"advance_seconds must be a number between 0 and {_MAX_SECONDS}.")
    by = timedelta(seconds=seconds)
    try:
        now = project.clock.now(after=by)
    except OverflowError:
        raise EmulatedError("bad_request", "advance_seconds is out of the calendar's range.") from None
    project.store.after_commit(lambda: project.clock.advance(by))
    return {"now": now}


_ROUTES: Final[Mapping[str, Mapping[str, ControlHandler]]] = {
    "health": {"GET": health},
    "outbox": {"GET": outbox},
    "reset": {"POST": reset},
    "clock": {"GET": show_time, "POST": skip_time},
}
