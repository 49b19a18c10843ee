"""The control routes, by path and method."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from stytch_b2b_async.emulator.codec import HTTPResponse, json_response, read_query
from stytch_b2b_async.emulator.errors import method_not_allowed, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.wire.incoming import HTTPRequest

from . import CONTROL_PREFIX, calls, clock, faults, impersonation, logins, pages, signing_keys, state
from .access import require_local, require_own_origin

ControlHandler: TypeAlias = Callable[[Project, HTTPRequest], Mapping[str, Any] | HTTPResponse]
"""(project, request) → a JSON object or another response, or an EmulatedError; within a transaction."""


class ControlRoutes:
    """The control routes of a project; `allow_remote` allows any Host."""

    def __init__(self, project: Project, *, allow_remote: bool) -> None:
        self._project = project
        self._allow_remote = allow_remote

    def answer(self, request: HTTPRequest) -> HTTPResponse:
        """Handle a call."""
        if not self._allow_remote:
            require_local(request)
        handlers = _ROUTES.get(request.path.removeprefix(CONTROL_PREFIX))
        if handlers is None:
            raise missing("route", "control route")
        handler = handlers.get(request.method)
        if handler is None:
            raise method_not_allowed(handlers)
        if request.method != "GET":
            require_own_origin(request)
        answer = handler(self._project, request)
        return answer if isinstance(answer, HTTPResponse) else json_response(answer)


def health(project: Project, _: HTTPRequest) -> Mapping[str, Any]:
    """Report that the emulator is ready, and its project."""
    return {"status": "ok", "project_id": project.project_id}


def outbox(project: Project, request: HTTPRequest) -> Mapping[str, Any]:
    """List the messages, newest last; with `?to=`, those to an address or phone number."""
    address = read_query(request).get("to")
    messages = list(project.outbox) if address is None else project.outbox.to(address)
    return {"messages": [message.to_dict() for message in messages]}


_ROUTES: Final[Mapping[str, Mapping[str, ControlHandler]]] = {
    "": {"GET": pages.overview.show},
    "pages/mail": {"GET": pages.mail.show},
    "pages/organizations": {"GET": pages.people.show_organizations},
    "pages/members": {"GET": pages.people.show_members},
    "pages/sessions": {"GET": pages.people.show_sessions},
    "pages/calls": {"GET": pages.calls.show},
    "pages/call": {"GET": pages.calls.show_one},
    "pages/style.css": {"GET": pages.style},
    "health": {"GET": health},
    "outbox": {"GET": outbox},
    "reset": {"POST": state.reset},
    "state": {"GET": state.export, "PUT": state.load, "POST": state.load},
    "clock": {"GET": clock.show, "POST": clock.skip},
    "faults": {"GET": faults.show, "POST": faults.add, "DELETE": faults.remove},
    "calls": {"GET": calls.show},
    "logins": {"POST": logins.create},
    "impersonation": {"POST": impersonation.create},
    "signing_keys/rotate": {"POST": signing_keys.rotate},
}
