"""Searches of organizations and members: filters, pages, cursors."""

import time
from typing import Any

import pytest
from support.pure_api import PureAPI
from support.tenants import ADA, Tenant, refused

from stytch_b2b_async import Client


def query(name: str, value: object, operator: str = "AND") -> dict[str, Any]:
    return {"operator": operator, "operands": [{"filter_name": name, "filter_value": value}]}


@pytest.fixture
async def tenants(client: Client, acme: Tenant) -> list[str]:
    """Three organizations; the second one has more to be found by."""
    other = await client.organizations.create(
        organization_name="Globex Corporation",
        organization_slug="globex",
        email_allowed_domains=["Globex.example"],
        claimed_email_domains=["claimed.example"],
    )
    third = await client.organizations.create(organization_name="Initech")
    return [acme.organization_id, other.organization.organization_id, third.organization.organization_id]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("organization_slugs", ["globex", "nobody"], [1]),
        ("organization_slug_fuzzy", "LOBE", [1]),
        ("organization_name_fuzzy", "corp", [1]),
        ("member_emails", ["Ada@example.com"], [0]),
        ("member_email_fuzzy", "ADA@", [0]),
        ("allowed_domains", ["globex.EXAMPLE"], [1]),
        ("allowed_domain_fuzzy", "lobex.", [1]),
        ("claimed_email_domains", ["claimed.example"], [1]),
        ("has_active_sso_connection", False, [0, 1, 2]),
        ("has_active_sso_connection", True, []),
        ("sso_connection_id", "saml-connection-test-1", []),
    ],
)
async def test_organizations_by_filter(client: Client, tenants: list[str], name: str, value: object, expected: list[int]) -> None:
    """Oldest first."""
    found = await client.organizations.search(query=query(name, value))
    assert [tenants[n] for n in expected] == [organization.organization_id for organization in found.organizations]
    assert len(expected) == found.results_metadata.total


async def test_organizations_by_several_filters(client: Client, tenants: list[str]) -> None:
    """AND narrows, OR widens; no query finds all."""
    operands = [
        {"filter_name": "organization_ids", "filter_value": tenants[:2]},
        {"filter_name": "organization_slugs", "filter_value": ["globex"]},
    ]
    assert 1 == (await client.organizations.search(query={"operator": "AND", "operands": operands})).results_metadata.total
    assert 2 == (await client.organizations.search(query={"operator": "OR", "operands": operands})).results_metadata.total
    assert 3 == (await client.organizations.search()).results_metadata.total
    assert 3 == (await client.organizations.search(query={"operator": "AND", "operands": []})).results_metadata.total


@pytest.mark.parametrize(
    ("operand", "error_type"),
    [
        ({"filter_name": "size", "filter_value": 1}, "filter_name_not_recognized"),
        ({"filter_value": 1}, "missing_filter_name"),
        ({"filter_name": 7, "filter_value": 1}, "filter_name_must_be_string"),
        ({"filter_name": "organization_ids"}, "missing_filter_value"),
        ({"filter_name": "organization_ids", "filter_value": []}, "missing_organization_ids"),
        ({"filter_name": "organization_ids", "filter_value": [1]}, "expected_array_of_strings"),
        ({"filter_name": "organization_ids", "filter_value": "x"}, "expected_array_of_strings"),
        ({"filter_name": "organization_name_fuzzy", "filter_value": ["x"]}, "expected_string"),
        ({"filter_name": "organization_name_fuzzy", "filter_value": "xy"}, "organization_name_fuzzy_too_short"),
        ({"filter_name": "has_active_sso_connection", "filter_value": "yes"}, "expected_boolean"),
    ],
)
async def test_invalid_operand(client: Client, operand: dict[str, Any], error_type: str) -> None:
    """Each has its own error type."""
    with refused(f"organization_search_{error_type}"):
        await client.organizations.search(query={"operator": "AND", "operands": [operand]})


async def test_pages_are_complete_and_disjoint(client: Client, acme: Tenant) -> None:
    """A cursor belongs to its search; limit and operator are checked."""
    members, home = client.organizations.members, [acme.organization_id]
    for n in range(6):
        await members.create(organization_id=acme.organization_id, email_address=f"m{n}@example.com")
    first = await members.search(organization_ids=home, limit=3)
    second = await members.search(organization_ids=home, limit=3, cursor=first.results_metadata.next_cursor)
    third = await members.search(organization_ids=home, limit=3, cursor=second.results_metadata.next_cursor)
    emails = [member.email_address for page in (first, second, third) for member in page.members]
    assert [ADA, *(f"m{n}@example.com" for n in range(6))] == emails
    assert (7, None) == (third.results_metadata.total, third.results_metadata.next_cursor)
    assert [acme.organization_id] == list(third.organizations)
    exact = await members.search(organization_ids=home, limit=7, cursor="")
    assert exact.results_metadata.next_cursor is None
    other = query("member_emails", [ADA])
    for cursor in ("nonsense", "MQ==", "é"):
        with refused("user_search_invalid_cursor"):
            await members.search(organization_ids=home, cursor=cursor)
    with refused("user_search_invalid_cursor"):
        await members.search(organization_ids=home, query=other, cursor=first.results_metadata.next_cursor)
    for limit in (0, 1001, -1):
        with refused("user_search_invalid_limit"):
            await members.search(organization_ids=home, limit=limit)
    with refused("user_search_invalid_operator"):
        await members.search(organization_ids=home, query={"operator": "XOR", "operands": []})
    with refused("member_search_organization_ids_empty"):
        await members.search(organization_ids=[])
    with refused("organization_not_found", 404):
        await members.search(organization_ids=["nobody"])


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("member_emails", ["ADA@example.com"], {"ada"}),
        ("member_email_fuzzy", "grac", {"grace"}),
        ("member_ids", ["g|1"], {"grace"}),
        ("member_is_breakglass", True, {"grace"}),
        ("member_is_breakglass", False, {"ada"}),
        ("statuses", ["pending"], {"grace"}),
        ("statuses", ["deleted"], {"gone"}),
        ("statuses", ["deleted", "active"], {"gone", "ada"}),
        ("member_mfa_phone_numbers", ["+12025550162"], {"grace"}),
        ("member_mfa_phone_number_fuzzy", "555", {"grace"}),
        ("member_password_exists", True, set()),
        ("member_totp_exists", True, set()),
        ("oauth_providers", ["Google"], set()),
        ("member_roles", ["stytch_admin"], {"grace"}),
        ("member_roles", ["stytch_member"], {"ada", "grace"}),
        ("organization_slug_fuzzy", "acme", {"ada", "grace"}),
        ("organization_slug", "acme-not", set()),
    ],
)
async def test_members_by_filter(client: Client, acme: Tenant, name: str, value: object, expected: set[str]) -> None:
    """Deleted ones only if the status is asked for."""
    members = client.organizations.members
    await members.create(
        organization_id=acme.organization_id,
        email_address="grace@example.com",
        external_id="g|1",
        is_breakglass=True,
        create_member_as_pending=True,
        mfa_phone_number="+12025550162",
        roles=["stytch_admin"],
    )
    gone = await members.create(organization_id=acme.organization_id, email_address="gone@example.com")
    await members.delete(organization_id=acme.organization_id, member_id=gone.member_id)
    found = await members.search(organization_ids=[acme.organization_id], query=query(name, value))
    assert expected == {member.email_address.partition("@")[0] for member in found.members}
    assert len(expected) == found.results_metadata.total


async def test_members_by_implied_role(client: Client, acme: Tenant) -> None:
    """A role that comes with an email domain is found, too; ids are of one kind."""
    await client.organizations.update(
        organization_id=acme.organization_id,
        rbac_email_implicit_role_assignments=[{"domain": "example.com", "role_id": "stytch_admin"}],
    )
    search = client.organizations.members.search
    found = await search(organization_ids=[acme.organization_id], query=query("member_roles", ["stytch_admin"]))
    assert [acme.member_id] == [member.member_id for member in found.members]
    with refused("member_search_cannot_mix_internal_and_external_member_ids"):
        await search(organization_ids=[acme.organization_id], query=query("member_ids", [acme.member_id, "g|1"]))
    with refused("search_invalid_status_filter"):
        await search(organization_ids=[acme.organization_id], query=query("statuses", ["asleep"]))


async def test_other_tenants_are_not_found(client: Client, acme: Tenant) -> None:
    """Whatever is asked for."""
    other = await Tenant.make(acme.stytch, client, "grace@example.com")
    found = await client.organizations.members.search(
        organization_ids=[other.organization_id], query=query("member_ids", [acme.member_id])
    )
    assert [] == found.members


def test_search_is_fast_among_many_members() -> None:
    """A page out of 100 000 members takes less than 50 ms of the processor."""
    with PureAPI() as api:
        made = api.post("organizations", organization_name="Acme")["organization"]["organization_id"]
        api.post(f"organizations/{made}/members", email_address=ADA)
        api.connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO members"
            " (number, member_id, organization_id, email, email_id, status, deleted, phone_number, is_breakglass, has_password,"
            " has_totp, role_ids, oauth_providers, document) SELECT i, 'm-' || i, organization_id, 'm' || i || '@a.example',"
            " 'e', 'active', 0, '', 0, 0, 0, ',,', ',,', document FROM n, members WHERE number = 1"
        )
        for body in (
            {},
            {"query": query("member_email_fuzzy", "m99999")},
            {"query": query("member_emails", ["m99999@a.example"])},
            {"query": query("member_roles", ["stytch_admin"])},
        ):
            found = min(_timed(api, made, body) for _ in range(5))
            assert found < 0.05, body


def _timed(api: PureAPI, organization_id: str, body: dict[str, Any]) -> float:
    begun = time.process_time()
    api.post("organizations/members/search", organization_ids=[organization_id], **body)
    return time.process_time() - begun
