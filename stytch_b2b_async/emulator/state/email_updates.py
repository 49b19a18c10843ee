"""Changes of email addresses that members have begun, and not confirmed yet."""

from datetime import timedelta

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from .store import Store
from .table import Table

TABLES = (
    Table(
        "email_updates",
        """
        CREATE TABLE email_updates (
            member_id TEXT PRIMARY KEY REFERENCES members ON DELETE CASCADE,
            organization_id TEXT NOT NULL REFERENCES organizations ON DELETE CASCADE,
            email TEXT NOT NULL,
            expires_at REAL NOT NULL
        );
        CREATE INDEX email_updates_by_address ON email_updates (organization_id, email);
        """,
    ),
)


class EmailUpdates:
    """The changes of all members: one for each."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def start(self, member: Member, email: str, minutes: int) -> None:
        """Begin a change, in place of one before it."""
        self._store.run(
            "INSERT OR REPLACE INTO email_updates (member_id, organization_id, email, expires_at) VALUES (?, ?, ?, ?)",
            member.member_id,
            member.organization_id,
            email.lower(),
            (self._clock.now() + timedelta(minutes=minutes)).timestamp(),
        )

    def is_current(self, member: Member, email: str) -> bool:
        """Return whether a member's change to an address has begun, and has not expired."""
        row = self._store.row(
            "SELECT 1 FROM email_updates WHERE member_id = ? AND email = ? AND expires_at > ?",
            member.member_id,
            email.lower(),
            self._clock.now().timestamp(),
        )
        return row is not None

    def member_id(self, organization: Organization, email: str) -> str | None:
        """Return the id of the member who changed to an address last; the change may have expired."""
        row = self._store.row(
            "SELECT member_id FROM email_updates WHERE organization_id = ? AND email = ? ORDER BY expires_at DESC",
            organization.organization_id,
            email.lower(),
        )
        return row["member_id"] if row else None

    def delete(self, member: Member) -> None:
        """End a member's change."""
        self._store.run("DELETE FROM email_updates WHERE member_id = ?", member.member_id)
