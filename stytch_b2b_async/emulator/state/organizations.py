"""Organizations, found by id, slug or external id."""

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.models.organization import Organization

from .store import Store, dump, evolve, load
from .table import Table

TABLES = (
    Table(
        "organizations",
        """
        CREATE TABLE organizations (
            organization_id TEXT PRIMARY KEY,
            slug TEXT NOT NULL UNIQUE,
            external_id TEXT UNIQUE,
            document TEXT NOT NULL
        );
        """,
    ),
)


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
            "INSERT INTO organizations (organization_id, slug, external_id, document) VALUES (?, ?, ?, ?)",
            organization.organization_id,
            organization.organization_slug,
            organization.organization_external_id,
            dump(organization),
        )
        return organization

    def find(self, reference: str) -> Organization:
        """Fetch an organization by its id, slug or external id."""
        row = self._store.row(
            "SELECT document FROM organizations WHERE ? IN (organization_id, slug, external_id)"
            " ORDER BY organization_id = ? DESC, slug = ? DESC LIMIT 1",
            reference,
            reference,
            reference,
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

    def open_to_domain(self, domain: str) -> list[Organization]:
        """List the organizations that people of an email domain may join: one with a verified member of that domain."""
        rows = self._store.rows(
            "SELECT document FROM organizations WHERE json_extract(document, '$.email_jit_provisioning') = 'RESTRICTED'"
            " AND ? IN (SELECT lower(value) FROM json_each(document, '$.email_allowed_domains'))"
            " AND EXISTS (SELECT 1 FROM members WHERE members.organization_id = organizations.organization_id AND NOT deleted"
            " AND substr(email, instr(email, '@') + 1) = ? AND json_extract(members.document, '$.email_address_verified'))",
            domain.lower(),
            domain.lower(),
        )
        return [load(Organization, row["document"]) for row in rows]
