"""Organizations, found by id, slug or external id."""

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.models.organization import Organization

from .conditions import Condition
from .store import Store, dump, evolve, load
from .table import Table

TABLES = (
    Table(
        "organizations",
        """
        CREATE TABLE organizations (
            organization_id TEXT PRIMARY KEY,
            number INTEGER NOT NULL UNIQUE,
            slug TEXT NOT NULL UNIQUE,
            external_id TEXT UNIQUE,
            open_to_emails INTEGER NOT NULL,
            claims_domains INTEGER NOT NULL,
            document TEXT NOT NULL
        );
        CREATE INDEX organizations_open_to_emails ON organizations (open_to_emails) WHERE open_to_emails;
        CREATE INDEX organizations_claiming_domains ON organizations (claims_domains) WHERE claims_domains;
        """,
    ),
)


_COLUMNS = ("slug", "external_id", "open_to_emails", "claims_domains", "document")


class Organizations:
    """The organizations of the project."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, organization: Organization) -> Organization:
        """Store a new organization."""
        now = self._clock.now()
        organization = evolve(organization, created_at=now, updated_at=now)
        self._store.run(
            f"INSERT INTO organizations (number, organization_id, {', '.join(_COLUMNS)})"  # noqa: S608  # constants
            f" VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM organizations), ?, {', '.join('?' * len(_COLUMNS))})",
            organization.organization_id,
            *_row(organization),
        )
        return organization

    def save(self, organization: Organization) -> Organization:
        """Update an organization."""
        organization = evolve(organization, updated_at=self._clock.now())
        self._store.run(
            f"UPDATE organizations SET {', '.join(f'{column} = ?' for column in _COLUMNS)} WHERE organization_id = ?",  # noqa: S608  # constants
            *_row(organization),
            organization.organization_id,
        )
        return organization

    def delete(self, organization: Organization) -> None:
        """Delete an organization, and all rows that refer to it or to its members."""
        self._store.run("DELETE FROM organizations WHERE organization_id = ?", organization.organization_id)

    def find(self, reference: str) -> Organization:
        """Fetch an organization by its id, slug or external id."""
        row = self._store.row(
            "SELECT document FROM organizations WHERE organization_id = ? OR slug = ? OR external_id = ?"
            " ORDER BY organization_id = ? DESC, slug = ? DESC LIMIT 1",
            *(reference,) * 5,  # not `?1`: Python 3.12 warns of numbered placeholders
        )
        if row is None:
            raise missing("organization")
        return load(Organization, row["document"])

    def has_slug(self, slug: str) -> bool:
        """Return whether a slug is taken."""
        return self._store.row("SELECT 1 FROM organizations WHERE slug = ?", slug) is not None

    def has_external_id(self, external_id: str) -> bool:
        """Return whether an external id is taken."""
        return self._store.row("SELECT 1 FROM organizations WHERE external_id = ?", external_id) is not None

    def claiming(self, domain: str) -> str | None:
        """Return the id of the organization that claims an email domain, if there is one."""
        row = self._store.row(
            "SELECT organization_id FROM organizations WHERE claims_domains"
            " AND ? IN (SELECT lower(value) FROM json_each(document, '$.claimed_email_domains')) LIMIT 1",
            domain.lower(),
        )
        return row["organization_id"] if row else None

    def search(self, condition: Condition, *, after: int, limit: int) -> list[tuple[int, Organization]]:
        """List organizations with their numbers, oldest first."""
        rows = self._store.rows(
            f"SELECT number, document FROM organizations WHERE number > ? AND ({condition.sql}) ORDER BY number LIMIT ?",  # noqa: S608  # made of constants
            after,
            *condition.values,
            limit,
        )
        return [(row["number"], load(Organization, row["document"])) for row in rows]

    def count(self, condition: Condition) -> int:
        """Count organizations."""
        row = self._store.row(f"SELECT COUNT(*) AS total FROM organizations WHERE {condition.sql}", *condition.values)  # noqa: S608  # made of constants
        return row["total"] if row else 0

    def open_to_domain(self, domain: str) -> list[Organization]:
        """List the organizations that people of an email domain may join: one with a verified member of that domain."""
        rows = self._store.rows(
            "SELECT document FROM organizations WHERE open_to_emails"
            " AND ? IN (SELECT lower(value) FROM json_each(document, '$.email_allowed_domains'))"
            " AND EXISTS (SELECT 1 FROM members WHERE members.organization_id = organizations.organization_id AND NOT deleted"
            " AND substr(email, instr(email, '@') + 1) = ? AND json_extract(members.document, '$.email_address_verified'))",
            domain.lower(),
            domain.lower(),
        )
        return [load(Organization, row["document"]) for row in rows]

    def open_to_oauth_tenants(self) -> list[Organization]:
        """List the organizations that people of some OAuth tenants may join."""
        rows = self._store.rows(
            "SELECT document FROM organizations WHERE json_extract(document, '$.oauth_tenant_jit_provisioning') = 'RESTRICTED'"
        )
        return [load(Organization, row["document"]) for row in rows]


def _row(organization: Organization) -> tuple[object, ...]:
    """Return the values of `_COLUMNS`."""
    return (
        organization.organization_slug,
        organization.organization_external_id,
        organization.email_jit_provisioning == "RESTRICTED",
        bool(organization.claimed_email_domains),
        dump(organization),
    )
