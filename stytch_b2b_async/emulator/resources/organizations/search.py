"""Search of organizations."""

from collections.abc import Mapping
from typing import Final

from stytch_b2b_async.api.organizations import Search, SearchResponse
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.search import Filter, PageRequest, query_condition, shown_query
from stytch_b2b_async.emulator.state.conditions import Condition, contains, is_true, one_of

_HAS_MEMBER = "EXISTS (SELECT 1 FROM members WHERE members.organization_id = organizations.organization_id AND NOT deleted AND {})"
_HAS_DOMAIN = "EXISTS (SELECT 1 FROM json_each(document, '$.{}') WHERE {})"
_CONNECTIONS = "json_array_length(document, '$.sso_active_connections') > 0"
_HAS_CONNECTION = (
    "EXISTS (SELECT 1 FROM json_each(document, '$.sso_active_connections') WHERE json_extract(value, '$.connection_id') = ?)"
)


@handles(Search)
def search(project: Project, request: Search) -> SearchResponse:
    """Find organizations, oldest first."""
    page = PageRequest.read(project, request, shown_query(request.query))
    condition = query_condition(request.query, FILTERS, "organization_search")
    found = project.organizations.search(condition, after=page.after, limit=page.limit + 1)
    return SearchResponse(
        **project.response_meta(),
        organizations=[organization for _, organization in found[: page.limit]],
        results_metadata=page.metadata([number for number, _ in found], lambda: project.organizations.count(condition)),
    )


def _within(template: str, condition: Condition, *names: str) -> Condition:
    return Condition(template.format(*names, condition.sql), condition.values)


def _lowered(values: list[str]) -> list[str]:
    return [value.lower() for value in values]


FILTERS: Final[Mapping[str, Filter]] = {
    "organization_ids": lambda given: one_of("organization_id", given.strings("organization_ids")),
    "organization_slugs": lambda given: one_of("slug", given.strings("organization_slugs")),
    "organization_slug_fuzzy": lambda given: contains("lower(slug)", given.fuzzy("organization_slug_fuzzy")),
    "organization_name_fuzzy": lambda given: contains(
        "lower(json_extract(document, '$.organization_name'))", given.fuzzy("organization_name_fuzzy")
    ),
    "member_emails": lambda given: _within(_HAS_MEMBER, one_of("members.email", _lowered(given.strings("member_emails")))),
    "member_email_fuzzy": lambda given: _within(_HAS_MEMBER, contains("members.email", given.fuzzy("member_email_fuzzy"))),
    "allowed_domains": lambda given: _within(
        _HAS_DOMAIN, one_of("lower(value)", _lowered(given.strings("allowed_domains"))), "email_allowed_domains"
    ),
    "allowed_domain_fuzzy": lambda given: _within(
        _HAS_DOMAIN, contains("lower(value)", given.fuzzy("allowed_domain_fuzzy")), "email_allowed_domains"
    ),
    "claimed_email_domains": lambda given: _within(
        _HAS_DOMAIN, one_of("lower(value)", _lowered(given.strings("claimed_email_domains"))), "claimed_email_domains"
    ),
    "has_active_sso_connection": lambda given: is_true(_CONNECTIONS, given.boolean("has_active_sso_connection")),
    "sso_connection_id": lambda given: Condition(_HAS_CONNECTION, (given.string("sso_connection_id"),)),
}
"""Filters by name."""
