"""Authenticator apps: a secret for each member, and codes for when it is lost."""

from collections.abc import Sequence
from datetime import UTC, datetime

import attrs
import msgspec

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.models.member import Member

from .store import Store, dump
from .table import Table

TABLES = (
    Table(
        "totps",
        """
        CREATE TABLE totps (
            member_id TEXT PRIMARY KEY REFERENCES members ON DELETE CASCADE,
            registration_id TEXT NOT NULL,
            secret TEXT NOT NULL,
            recovery_codes TEXT NOT NULL,
            expires_at REAL,
            last_step INTEGER NOT NULL
        );
        """,
    ),
)


@attrs.frozen(kw_only=True)
class Totp:
    """The authenticator app of a member."""

    registration_id: str
    secret: str = attrs.field(repr=False)
    """In base32."""
    recovery_codes: Sequence[str] = attrs.field(repr=False)
    """The unused ones."""
    expires_at: datetime | None = None
    """When a registration ends that no code has confirmed; None for a confirmed one."""
    last_step: int = -1
    """The time step of the last code that was used."""

    @property
    def is_active(self) -> bool:
        """Whether a code has confirmed it."""
        return self.expires_at is None


class Totps:
    """The authenticator apps of all members."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, member: Member) -> Totp | None:
        """Return the app of a member, if there is one; it may have expired unconfirmed."""
        row = self._store.row("SELECT * FROM totps WHERE member_id = ?", member.member_id)
        if row is None:
            return None
        expires_at = row["expires_at"]
        return Totp(
            registration_id=row["registration_id"],
            secret=row["secret"],
            recovery_codes=msgspec.json.decode(row["recovery_codes"], type=list[str]),
            expires_at=None if expires_at is None else datetime.fromtimestamp(expires_at, UTC),
            last_step=row["last_step"],
        )

    def current(self, member: Member) -> Totp | None:
        """Return the app of a member, if there is one that has not expired."""
        found = self.of(member)
        return None if found and found.expires_at and found.expires_at <= self._clock.now() else found

    def save(self, member: Member, totp: Totp) -> None:
        """Store the app of a member, in place of another one."""
        self._store.run(
            "INSERT OR REPLACE INTO totps (member_id, registration_id, secret, recovery_codes, expires_at, last_step)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            member.member_id,
            totp.registration_id,
            totp.secret,
            dump(totp.recovery_codes),
            totp.expires_at.timestamp() if totp.expires_at else None,
            totp.last_step,
        )

    def delete(self, member: Member) -> None:
        """Delete the app of a member, and the recovery codes."""
        self._store.run("DELETE FROM totps WHERE member_id = ?", member.member_id)
