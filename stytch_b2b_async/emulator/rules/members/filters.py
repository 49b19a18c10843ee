"""The filters of a search of members."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.rules.search import Filter, Operand
from stytch_b2b_async.emulator.state.conditions import Condition, all_of, any_of, contains, is_true, one_of
from stytch_b2b_async.emulator.state.roles import MEMBER
from stytch_b2b_async.models.organization import Organization

_STATUSES: Final = {"pending", "invited", "active", "deleted"}
_MEMBER_ID: Final = "member-"


def filters_for(organizations: Sequence[Organization]) -> Mapping[str, Filter]:
    """Return the filters by name, for the members of some organizations."""
    return {
        **_FILTERS,
        "member_roles": lambda given: _roles(organizations, given.strings("member_roles")),
        "organization_id": lambda given: one_of("organization_id", [given.string("organization_id")]),
        "organization_slug": lambda given: _home(organizations, given.string("organization_slug").__eq__),
        "organization_slug_fuzzy": lambda given: _fuzzy_home(organizations, given.fuzzy("organization_slug_fuzzy")),
    }


def names_deleted(query_operands: Sequence[Mapping[str, object]]) -> bool:
    """Return whether a query asks for deleted members: only then they are found."""
    asked = [operand.get("filter_value") for operand in query_operands if operand.get("filter_name") in {"statuses", "status"}]
    return any(value == "deleted" or (isinstance(value, list) and "deleted" in value) for value in asked)


def _ids(given: Operand) -> Condition:
    ids = given.strings("member_ids")
    own = {each.startswith(_MEMBER_ID) for each in ids}
    if len(own) > 1:
        error_type = "member_search_cannot_mix_internal_and_external_member_ids"
        raise EmulatedError(error_type, "member_ids are either the API's ids, or external ids.")
    return one_of("member_id" if own == {True} else "external_id", ids)


def _statuses(statuses: Sequence[str]) -> Condition:
    if not _STATUSES.issuperset(statuses):
        raise EmulatedError("search_invalid_status_filter", f"A status is one of {', '.join(sorted(_STATUSES))}.")
    return one_of("status", statuses)


def _roles(organizations: Sequence[Organization], role_ids: Sequence[str]) -> Condition:
    """Match assigned roles, and those that an email domain implies."""
    if MEMBER in role_ids:
        return all_of([])
    assigned = [contains("role_ids", f",{role_id},") for role_id in role_ids]
    implied = [
        all_of([one_of("organization_id", [home.organization_id]), _of_domain(assignment.domain)])
        for home in organizations
        for assignment in home.rbac_email_implicit_role_assignments
        if assignment.role_id in role_ids
    ]
    return any_of([*assigned, *implied])


def _of_domain(domain: str) -> Condition:
    return Condition("substr(email, instr(email, '@') + 1) = ?", (domain.lower(),))


def _home(organizations: Sequence[Organization], matches: Callable[[str], bool]) -> Condition:
    return one_of("organization_id", [each.organization_id for each in organizations if matches(each.organization_slug) is True])


def _fuzzy_home(organizations: Sequence[Organization], part: str) -> Condition:
    return _home(organizations, lambda slug: part in slug.lower())


def _lowered(values: Sequence[str]) -> list[str]:
    return [value.lower() for value in values]


_FILTERS: Final[Mapping[str, Filter]] = {
    "member_ids": _ids,
    "member_emails": lambda given: one_of("email", _lowered(given.strings("member_emails"))),
    "member_email_fuzzy": lambda given: contains("email", given.fuzzy("member_email_fuzzy")),
    "member_is_breakglass": lambda given: is_true("is_breakglass", given.boolean("is_breakglass")),
    "statuses": lambda given: _statuses(given.strings("statuses")),
    "status": lambda given: _statuses([given.string("status")]),
    "member_mfa_phone_numbers": lambda given: one_of("phone_number", given.strings("mfa_member_phone_numbers")),
    "member_mfa_phone_number_fuzzy": lambda given: contains(
        "phone_number", given.fuzzy("mfa_member_phone_number_fuzzy", "member_mfa_phone_number_fuzzy")
    ),
    "member_password_exists": lambda given: is_true("has_password", given.boolean("password_exists")),
    "member_totp_exists": lambda given: is_true("has_totp", given.boolean("totp_exists")),
    "oauth_providers": lambda given: any_of(
        [contains("oauth_providers", f",{provider},") for provider in _lowered(given.strings("oauth_providers"))]
    ),
}
