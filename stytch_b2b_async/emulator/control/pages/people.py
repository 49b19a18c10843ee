"""Organizations, members and sessions."""

from typing import Any, Final
from urllib.parse import quote

from stytch_b2b_async.emulator.codec import HTTPResponse, read_query
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.roles import roles_of
from stytch_b2b_async.emulator.state.store import load
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.wire.incoming import HTTPRequest

from .html import Html, badge, code, element, escaped, joined, link, table
from .layout import more, page

_SIZE: Final = 100
_SELECT_MEMBERS: Final = (
    "SELECT members.document, organizations.document AS organization FROM members JOIN organizations USING (organization_id)"
    " WHERE NOT deleted AND "
)


def show_organizations(project: Project, request: HTTPRequest) -> HTTPResponse:
    """Show organizations, newest first; with `?id=`, one with its members."""
    query = read_query(request)
    if "id" in query:
        organization = project.organizations.find(query["id"])
        where, values = "members.organization_id = ?", (organization.organization_id,)
        members = _members(project, where, values, query, f"/_emulator/pages/organizations?id={quote(query['id'])}&")
        settings = {name: value for name, value in organization.to_dict().items() if value not in (None, [], {}, "")}
        return page(
            project, organization.organization_name, element("h2", "Members"), members, element("h2", "Settings"), code(settings)
        )
    total, offset, rows = _page(project, "SELECT document FROM organizations", "organizations", (), query)
    shown = [load(Organization, row["document"]) for row in rows]
    content = table(["Name", "Slug", "Id", "Created"], map(_organization, shown), "No organizations yet.")
    return page(project, "Organizations", content, more("/_emulator/pages/organizations?", offset, len(shown), total, _SIZE))


def show_members(project: Project, request: HTTPRequest) -> HTTPResponse:
    """Show members of all organizations, newest first; with `?id=`, one with its sessions."""
    query = read_query(request)
    if "id" in query:
        member = project.members.with_id(query["id"])
        sessions = project.sessions.of_member(member.member_id)
        settings = {name: value for name, value in member.to_dict().items() if value not in (None, [], {}, "")}
        return page(
            project,
            member.name or member.email_address,
            element("h2", "Sessions"),
            _sessions(sessions),
            element("h2", "Member"),
            code(settings),
        )
    return page(project, "Members", _members(project, "TRUE", (), query, "/_emulator/pages/members?"))


def show_sessions(project: Project, request: HTTPRequest) -> HTTPResponse:
    """Show active sessions, newest first."""
    now = project.clock.now().timestamp()
    query = read_query(request)
    total, offset, rows = _page(project, "SELECT document FROM sessions WHERE expires_at > ?", "sessions", (now,), query)
    shown = [load(MemberSession, row["document"]) for row in rows]
    return page(project, "Sessions", _sessions(shown), more("/_emulator/pages/sessions?", offset, len(shown), total, _SIZE))


def _members(project: Project, where: str, values: tuple[object, ...], query: dict[str, str], url: str) -> Html:
    select = f"{_SELECT_MEMBERS}{where}"
    total, offset, rows = _page(project, select, "members", values, query)
    shown = [(load(Member, row["document"]), load(Organization, row["organization"])) for row in rows]
    cells = (_member(member, organization) for member, organization in shown)
    headings = ["Name", "Address", "Status", "Roles", "Organization"]
    return joined([table(headings, cells, "No members yet."), more(url, offset, len(shown), total, _SIZE)])


def _page(
    project: Project, select: str, name: str, values: tuple[object, ...], query: dict[str, str]
) -> tuple[int, int, list[Any]]:
    """Return the number of all rows, where the page begins, and its rows."""
    given = query.get("offset", "0")
    offset = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0  # noqa: PLR2004  # digits
    counted = project.store.row(f"SELECT count(*) AS total FROM ({select})", *values)  # noqa: S608  # statements of this module
    rows = project.store.rows(f"{select} ORDER BY {name}.rowid DESC LIMIT {_SIZE} OFFSET {offset}", *values)
    return (counted["total"] if counted else 0), offset, rows


def _organization(organization: Organization) -> list[object]:
    url = f"/_emulator/pages/organizations?id={quote(organization.organization_id)}"
    name = link(organization.organization_name, url)
    return [
        name,
        element("code", organization.organization_slug),
        element("code", organization.organization_id),
        organization.created_at,
    ]


def _member(member: Member, organization: Organization) -> list[object]:
    address = link(member.email_address, f"/_emulator/pages/members?id={quote(member.member_id)}")
    state = badge("locked", "bad") if member.is_locked else badge(member.status, "good" if member.status == "active" else "plain")
    roles = joined((escaped(role.role_id) for role in roles_of(member, organization)), ", ")
    url = f"/_emulator/pages/organizations?id={quote(organization.organization_id)}"
    return [member.name, address, state, roles, link(organization.organization_name, url)]


def _sessions(sessions: list[MemberSession]) -> Html:
    rows = (
        (
            element("code", session.member_session_id),
            link(session.member_id, f"/_emulator/pages/members?id={quote(session.member_id)}"),
            joined((escaped(factor.type) for factor in session.authentication_factors), ", "),
            session.started_at,
            session.expires_at,
        )
        for session in sessions
    )
    return table(["Session", "Member", "Factors", "Started", "Expires"], rows, "No active sessions.")
