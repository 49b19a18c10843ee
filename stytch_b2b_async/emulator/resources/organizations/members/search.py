"""Search of members."""

from stytch_b2b_async.api.organizations.members import Search, SearchResponse
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.members.filters import filters_for, names_deleted
from stytch_b2b_async.emulator.rules.search import PageRequest, query_condition, shown_query
from stytch_b2b_async.emulator.rules.sessions.authorization import MEMBER, authorize, wrong_tenant
from stytch_b2b_async.emulator.state.conditions import Condition, all_of
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.search import SearchQuery

_MAX_ORGANIZATIONS = 1000


@handles(Search)
def search(project: Project, request: Search) -> SearchResponse:
    """Find members of some organizations, oldest first."""
    organizations = _organizations(project, request)
    page = PageRequest.read(project, request, sorted(request.organization_ids), shown_query(request.query))
    condition = query_condition(request.query, filters_for(organizations), "member_search")
    operands = request.query.operands if isinstance(request.query, SearchQuery) else ()
    if not names_deleted(operands):
        condition = all_of([Condition("NOT deleted"), condition])
    found = project.members.search(organizations, condition, after=page.after, limit=page.limit + 1)
    members = [member for _, member in found[: page.limit]]
    shown = {member.organization_id for member in members}
    return SearchResponse(
        **project.response_meta(),
        members=members,
        results_metadata=page.metadata([number for number, _ in found], lambda: project.members.count(organizations, condition)),
        organizations={each.organization_id: each for each in organizations if each.organization_id in shown},
    )


def _organizations(project: Project, request: Search) -> list[Organization]:
    if not request.organization_ids:
        raise EmulatedError("member_search_organization_ids_empty", "organization_ids must name an organization.")
    if len(request.organization_ids) > _MAX_ORGANIZATIONS:
        raise EmulatedError("bad_request", f"organization_ids names at most {_MAX_ORGANIZATIONS} organizations.")
    named = {found.organization_id: found for found in map(project.organizations.find, request.organization_ids)}
    organizations = list(named.values())
    authorize(project, request.authorization, organizations[0], MEMBER, "search")
    if request.authorization is not None and len(organizations) > 1:
        raise wrong_tenant()
    return organizations
