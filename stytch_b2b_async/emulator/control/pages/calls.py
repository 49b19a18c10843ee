"""The log of calls, and one call with its request and response."""

from typing import Any

from stytch_b2b_async.emulator.calls import CallRecord
from stytch_b2b_async.emulator.codec import HTTPResponse, read_query
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.wire.incoming import HTTPRequest

from .html import Html, badge, code, element, escaped, joined, link, table
from .layout import definitions, page

_MAX_SHOWN = 200


def show(project: Project, _: HTTPRequest) -> HTTPResponse:
    """Show the newest calls, newest first."""
    return page(project, "Calls", calls_table(list(project.calls)[: -_MAX_SHOWN - 1 : -1]))


def show_one(project: Project, request: HTTPRequest) -> HTTPResponse:
    """Show one call, `?number=`."""
    number = read_query(request).get("number")
    call = next((call for call in project.calls if str(call.number) == number), None)
    if call is None:
        raise missing("call")
    known = {
        "Route": element("code", f"{call.method} {call.path}"),
        "Status": status(call),
        "Time": call.time,
        "Duration": _duration(call),
        "Authorized by": "a member's session" if call.acting_member else "the project",
        "Faults": joined(call.fault_ids, ", ") or "none",
    }
    body = [element("h2", "Request"), code(call.request), element("h2", "Response"), code(call.response)]
    return page(project, f"Call {call.number}: {call.operation or 'unknown route'}", definitions(known), *body)


def calls_table(calls: list[CallRecord]) -> Html:
    """List calls."""
    rows = (
        (link(call.number, f"/_emulator/pages/call?number={call.number}"), call.time, _route(call), status(call), _duration(call))
        for call in calls
    )
    return table(["#", "Time", "Operation", "Status", "Duration"], rows, "No calls yet.")


def status(call: CallRecord) -> Html:
    """Show a status with what went wrong."""
    if not call.status:
        return badge("no response", "bad")
    response: Any = call.response
    error: Any = None if isinstance(response, str) else response.get("error_type")
    shown = badge(call.status, "good" if call.status < 400 else "bad")  # noqa: PLR2004  # the first error
    return joined([shown, *([escaped(error)] if error else [])], " ")


def _route(call: CallRecord) -> Html:
    return element("code", call.operation) if call.operation else element("code", f"{call.method} {call.path}")


def _duration(call: CallRecord) -> str:
    return f"{call.duration * 1000:.1f} ms"
