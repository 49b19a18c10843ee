"""Members with their current roles, and without expired lockouts."""

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from .roles import ADMIN, roles_of
from .store import Store, dump, evolve, load
from .table import Table

TABLES = (
    Table(
        "members",
        """
        CREATE TABLE members (
            member_id TEXT PRIMARY KEY,
            organization_id TEXT NOT NULL REFERENCES organizations,
            email TEXT NOT NULL,
            email_id TEXT NOT NULL,
            external_id TEXT,
            deleted INTEGER NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0,
            document TEXT NOT NULL
        );
        CREATE UNIQUE INDEX members_by_email ON members (organization_id, email) WHERE NOT deleted;
        CREATE UNIQUE INDEX members_by_external_id ON members (organization_id, external_id) WHERE NOT deleted;
        CREATE INDEX members_sharing_email ON members (email) WHERE NOT deleted;
        """,
    ),
)

_SELECT = (
    "SELECT members.document, organizations.document AS organization FROM members JOIN organizations USING (organization_id)"
    " WHERE NOT deleted AND "
)


class Members:
    """The members of all organizations; deleted ones are not found."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, member: Member, email_id: str) -> Member:
        """Store a new member."""
        now = self._clock.now()
        self._store.run(
            "INSERT INTO members (member_id, organization_id, email, email_id, external_id, deleted, document)"
            " VALUES (?, ?, ?, ?, ?, 0, ?)",
            member.member_id,
            member.organization_id,
            member.email_address.lower(),
            email_id,
            member.external_id,
            dump(evolve(member, created_at=now, updated_at=now)),
        )
        return self._only(_SELECT + "member_id = ?", member.member_id)

    def save(self, member: Member) -> Member:
        """Update a member."""
        self._store.run(
            "UPDATE members SET email = ?, external_id = ?, deleted = ?, document = ? WHERE member_id = ?",
            member.email_address.lower(),
            member.external_id,
            member.status == "deleted",
            dump(evolve(member, updated_at=self._clock.now())),
            member.member_id,
        )
        return self._only(_SELECT + "member_id = ?", member.member_id)

    def find(self, organization: Organization, reference: str) -> Member:
        """Fetch a member of an organization by id or external id."""
        return self._only(
            _SELECT + "organization_id = ? AND ? IN (member_id, members.external_id) ORDER BY member_id = ? DESC",
            organization.organization_id,
            reference,
            reference,
        )

    def with_id(self, member_id: str) -> Member:
        """Fetch a member of any organization."""
        return self._only(_SELECT + "member_id = ?", member_id)

    def with_address(self, organization: Organization, email: str) -> Member | None:
        """Fetch the member of an organization who has an address, if there is one."""
        row = self._store.row(_SELECT + "organization_id = ? AND email = ?", organization.organization_id, email.lower())
        return self._shown(row["document"], row["organization"]) if row else None

    def with_phone_number(self, organization: Organization, number: str) -> Member | None:
        """Fetch the member of an organization who has a phone number, if there is one."""
        row = self._store.row(
            _SELECT + "organization_id = ? AND json_extract(members.document, '$.mfa_phone_number') = ?",
            organization.organization_id,
            number,
        )
        return self._shown(row["document"], row["organization"]) if row else None

    def has_external_id(self, organization: Organization, external_id: str) -> bool:
        """Return whether an external id is taken in an organization."""
        sql = "SELECT 1 FROM members WHERE NOT deleted AND organization_id = ? AND external_id = ?"
        return self._store.row(sql, organization.organization_id, external_id) is not None

    def sharing(self, email: str) -> list[Member]:
        """List the members of all organizations who have an address: one person."""
        rows = self._store.rows(_SELECT + "email = ? ORDER BY members.rowid", email.lower())
        return [self._shown(row["document"], row["organization"]) for row in rows]

    def email_id(self, member: Member) -> str:
        """Return the id of a member's email address."""
        row = self._store.row("SELECT email_id FROM members WHERE member_id = ?", member.member_id)
        return row["email_id"] if row else ""

    def failures(self, member: Member) -> int:
        """Return the number of failed logins since the last successful one."""
        row = self._store.row("SELECT failures FROM members WHERE member_id = ?", member.member_id)
        return row["failures"] if row else 0

    def set_failures(self, member: Member, failures: int) -> None:
        """Store the number of failed logins of a member."""
        self._store.run("UPDATE members SET failures = ? WHERE member_id = ?", failures, member.member_id)

    def _only(self, sql: str, *values: str) -> Member:
        row = self._store.row(sql, *values)
        if row is None:
            raise missing("member")
        return self._shown(row["document"], row["organization"])

    def _shown(self, document: str, organization: str) -> Member:
        member = load(Member, document)
        if member.lock_expires_at is not None and member.lock_expires_at <= self._clock.now():
            member = evolve(member, is_locked=False, lock_created_at=None, lock_expires_at=None)
        roles = roles_of(member, load(Organization, organization))
        return evolve(member, roles=roles, is_admin=any(role.role_id == ADMIN for role in roles))
