"""Members with their current roles, and without expired lockouts."""

from collections.abc import Sequence

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from .conditions import Condition, all_of, one_of
from .roles import ADMIN, direct_roles, roles_of
from .sso_connections import SSOConnections
from .store import Store, dump, evolve, load
from .table import Table

TABLES = (
    Table(
        "members",
        """
        CREATE TABLE members (
            member_id TEXT PRIMARY KEY,
            number INTEGER NOT NULL UNIQUE,
            organization_id TEXT NOT NULL REFERENCES organizations ON DELETE CASCADE,
            email TEXT NOT NULL,
            email_id TEXT NOT NULL,
            external_id TEXT,
            deleted INTEGER NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0,
            status TEXT NOT NULL,
            phone_number TEXT NOT NULL,
            is_breakglass INTEGER NOT NULL,
            has_password INTEGER NOT NULL,
            has_totp INTEGER NOT NULL,
            role_ids TEXT NOT NULL,
            oauth_providers TEXT NOT NULL,
            document TEXT NOT NULL
        );
        CREATE UNIQUE INDEX members_by_email ON members (organization_id, email) WHERE NOT deleted;
        CREATE UNIQUE INDEX members_by_external_id ON members (organization_id, external_id) WHERE NOT deleted;
        CREATE INDEX members_sharing_email ON members (email) WHERE NOT deleted;
        CREATE INDEX members_by_phone_number ON members (organization_id, phone_number) WHERE NOT deleted AND phone_number != '';
        CREATE INDEX members_to_search ON members (
            organization_id, number, deleted, email, status, phone_number, is_breakglass, has_password, has_totp, role_ids,
            oauth_providers, external_id, member_id
        );
        """,
    ),
    Table(
        "retired_emails",
        """
        CREATE TABLE retired_emails (
            organization_id TEXT NOT NULL,
            email TEXT NOT NULL,
            member_id TEXT NOT NULL REFERENCES members ON DELETE CASCADE,
            PRIMARY KEY (organization_id, email)
        );
        CREATE INDEX retired_emails_of_member ON retired_emails (member_id);
        """,
    ),
)

_SELECT = (
    "SELECT members.document, organizations.document AS organization FROM members JOIN organizations USING (organization_id)"
    " WHERE NOT deleted AND "
)
_COLUMNS = (
    "organization_id",
    "email",
    "external_id",
    "deleted",
    "status",
    "phone_number",
    "is_breakglass",
    "has_password",
    "has_totp",
    "role_ids",
    "oauth_providers",
    "document",
)


class Members:
    """The members of all organizations; deleted ones are not found, unless said otherwise."""

    def __init__(self, store: Store, clock: Clock, sso_connections: SSOConnections) -> None:
        self._store = store
        self._clock = clock
        self._sso_connections = sso_connections

    def add(self, member: Member, email_id: str) -> Member:
        """Store a new member."""
        now = self._clock.now()
        self._store.run(
            f"INSERT INTO members (number, member_id, email_id, {', '.join(_COLUMNS)})"  # noqa: S608  # constants
            f" VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM members), ?, ?, {', '.join('?' * len(_COLUMNS))})",
            member.member_id,
            email_id,
            *_row(evolve(member, created_at=now, updated_at=now)),
        )
        return self._only(_SELECT + "member_id = ?", member.member_id)

    def save(self, member: Member) -> Member:
        """Update a member."""
        self._store.run(
            f"UPDATE members SET {', '.join(f'{column} = ?' for column in _COLUMNS)} WHERE member_id = ?",  # noqa: S608  # constants
            *_row(evolve(member, updated_at=self._clock.now())),
            member.member_id,
        )
        self._retire_emails(member)
        return self.with_id(member.member_id, deleted=member.status == "deleted")

    def find(self, organization: Organization, reference: str) -> Member:
        """Fetch a member of an organization by id or external id."""
        within = organization.organization_id
        for column in ("member_id", "members.external_id"):  # not in one statement, which would read the whole organization
            row = self._store.row(f"{_SELECT}organization_id = ? AND {column} = ?", within, reference)
            if row is not None:
                return self._shown(row["document"], organization)
        raise missing("member")

    def with_id(self, member_id: str, *, deleted: bool = False) -> Member:
        """Fetch a member of any organization; with `deleted`, also one who was deleted."""
        select = _SELECT.replace(" NOT deleted AND", "") if deleted else _SELECT
        return self._only(select + "member_id = ?", member_id)

    def with_address(self, organization: Organization, email: str) -> Member | None:
        """Fetch the member of an organization who has an address, if there is one."""
        row = self._store.row(_SELECT + "organization_id = ? AND email = ?", organization.organization_id, email.lower())
        return self._shown(row["document"], load(Organization, row["organization"])) if row else None

    def with_phone_number(self, organization: Organization, number: str) -> Member | None:
        """Fetch the member of an organization who has a phone number, if there is one."""
        row = self._store.row(
            _SELECT + "organization_id = ? AND phone_number = ? AND phone_number != ''", organization.organization_id, number
        )
        return self._shown(row["document"], load(Organization, row["organization"])) if row else None

    def with_retired_address(self, organization: Organization, email: str) -> str | None:
        """Return the id of the member of an organization for whom an address is reserved as a retired one, if there is one."""
        row = self._store.row(
            "SELECT member_id FROM retired_emails WHERE organization_id = ? AND email = ?",
            organization.organization_id,
            email.lower(),
        )
        return row["member_id"] if row else None

    def has_external_id(self, organization: Organization, external_id: str) -> bool:
        """Return whether an external id is taken in an organization."""
        sql = "SELECT 1 FROM members WHERE NOT deleted AND organization_id = ? AND external_id = ?"
        return self._store.row(sql, organization.organization_id, external_id) is not None

    def sharing(self, email: str) -> list[Member]:
        """List the members of all organizations who have an address: one person."""
        rows = self._store.rows(_SELECT + "email = ? ORDER BY members.number", email.lower())
        return [self._shown(row["document"], load(Organization, row["organization"])) for row in rows]

    def registered_with(self, organization: Organization, connection_id: str) -> list[Member]:
        """List the members of an organization who have logged in through an SSO connection."""
        registered = "EXISTS (SELECT 1 FROM json_each(members.document, '$.sso_registrations') WHERE value ->> 'connection_id' = ?)"
        rows = self._store.rows(_SELECT + "organization_id = ? AND " + registered, organization.organization_id, connection_id)
        return [self._shown(row["document"], load(Organization, row["organization"])) for row in rows]

    def with_password_id(self, organization: Organization, password_id: str) -> Member | None:
        """Fetch the member of an organization who has a password, by its id."""
        row = self._store.row(
            _SELECT + "organization_id = ? AND has_password AND json_extract(members.document, '$.member_password_id') = ?",
            organization.organization_id,
            password_id,
        )
        return self._shown(row["document"], load(Organization, row["organization"])) if row else None

    def search(
        self, organizations: Sequence[Organization], condition: Condition, *, after: int, limit: int
    ) -> list[tuple[int, Member]]:
        """List members of some organizations with their numbers, oldest first; the condition says what of deleted ones."""
        homes = {organization.organization_id: organization for organization in organizations}
        where = all_of([one_of("organization_id", homes), condition])
        # The index holds every column that a condition may use; only the rows of the page are read.
        sql = (
            f"SELECT number FROM members INDEXED BY members_to_search WHERE number > ? AND {where.sql}"  # noqa: S608  # made of constants
            " ORDER BY number LIMIT ?"
        )
        numbers = [row["number"] for row in self._store.rows(sql, after, *where.values, limit)]
        found: list[tuple[int, Member]] = []
        for number in numbers:
            row = self._store.row("SELECT organization_id, document FROM members WHERE number = ?", number)
            if row is not None:
                found.append((number, self._shown(row["document"], homes[row["organization_id"]])))
        return found

    def first(self, organization: Organization | None, limit: int) -> list[Member]:
        """List the oldest members of an organization, or of all."""
        where = "? IS NULL" if organization is None else "organization_id = ?"
        rows = self._store.rows(
            _SELECT + where + " ORDER BY members.number LIMIT ?", organization and organization.organization_id, limit
        )
        return [self._shown(row["document"], load(Organization, row["organization"])) for row in rows]

    def count(self, organizations: Sequence[Organization], condition: Condition) -> int:
        """Count members of some organizations."""
        where = all_of([one_of("organization_id", [each.organization_id for each in organizations]), condition])
        sql = f"SELECT COUNT(*) AS total FROM members INDEXED BY members_to_search WHERE {where.sql}"  # noqa: S608  # made of constants
        row = self._store.row(sql, *where.values)
        return row["total"] if row else 0

    def count_all(self) -> int:
        """Count the members of all organizations."""
        row = self._store.row("SELECT COUNT(*) AS total FROM members WHERE NOT deleted")
        return row["total"] if row else 0

    def email_id(self, member: Member) -> str:
        """Return the id of a member's email address."""
        row = self._store.row("SELECT email_id FROM members WHERE member_id = ?", member.member_id)
        return row["email_id"] if row else ""

    def set_email_id(self, member: Member, email_id: str) -> None:
        """Store the id of a member's new email address."""
        self._store.run("UPDATE members SET email_id = ? WHERE member_id = ?", email_id, member.member_id)

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
        return self._shown(row["document"], load(Organization, row["organization"]))

    def _shown(self, document: str, organization: Organization) -> Member:
        member = load(Member, document)
        if member.lock_expires_at is not None and member.lock_expires_at <= self._clock.now():
            member = evolve(member, is_locked=False, lock_created_at=None, lock_expires_at=None)
        connections = self._sso_connections.of(member.organization_id) if member.sso_registrations else ()
        roles = roles_of(member, organization, connections)
        return evolve(member, roles=roles, is_admin=any(role.role_id == ADMIN for role in roles))

    def _retire_emails(self, member: Member) -> None:
        self._store.run("DELETE FROM retired_emails WHERE member_id = ?", member.member_id)
        for retired in member.retired_email_addresses if member.status != "deleted" else ():
            self._store.run(
                "INSERT INTO retired_emails (organization_id, email, member_id) VALUES (?, ?, ?)",
                member.organization_id,
                retired.email_address.lower(),
                member.member_id,
            )


def _row(member: Member) -> tuple[object, ...]:
    """Return the values of `_COLUMNS`."""
    return (
        member.organization_id,
        member.email_address.lower(),
        member.external_id,
        member.status == "deleted",
        member.status,
        member.mfa_phone_number,
        member.is_breakglass,
        bool(member.member_password_id),
        bool(member.totp_registration_id),
        f",{','.join(direct_roles(member))},",
        f",{','.join(registration.provider_type.lower() for registration in member.oauth_registrations)},",
        dump(member),
    )
