"""The first page: what is there, and what happened last."""

from stytch_b2b_async.emulator.codec import HTTPResponse
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.wire.incoming import HTTPRequest

from .calls import calls_table
from .html import Html, code, element, joined, link
from .layout import definitions, page
from .mail import card

_NEWEST = 3
_NEWEST_CALLS = 10


def show(project: Project, _: HTTPRequest) -> HTTPResponse:
    """Show counts, the newest messages and the newest calls."""
    counts: dict[str, object] = {
        "Organizations": _count(project, "organizations", "TRUE"),
        "Members": _count(project, "members", "NOT deleted"),
        "Active sessions": _count(project, "sessions", f"expires_at > {project.clock.now().timestamp()}"),
        "Messages": len(project.outbox),
    }
    if skipped := project.clock.skipped:
        counts["Skipped time"] = skipped
    messages = [card(message) for message in project.outbox[: -_NEWEST - 1 : -1]]
    faults = [element("h2", "Faults"), code([fault.to_dict() for fault in project.faults])] if project.faults else []
    return page(
        project,
        "Overview",
        definitions(counts),
        *faults,
        element("h2", link("Mail", "/_emulator/pages/mail")),
        joined(messages) if messages else element("p", "No mail yet.", class_="empty"),
        element("h2", link("Calls", "/_emulator/pages/calls")),
        Html(calls_table(list(project.calls)[: -_NEWEST_CALLS - 1 : -1])),
    )


def _count(project: Project, table: str, condition: str) -> int:
    row = project.store.row(f"SELECT count(*) AS total FROM {table} WHERE {condition}")  # noqa: S608  # of this module
    return row["total"] if row else 0
