"""One-time codes: valid once, until they expire, another one is issued or too many wrong ones were tried."""

from datetime import timedelta
from typing import Literal, TypeAlias

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.identifiers import digest, new_code
from stytch_b2b_async.models.member import Member

from .store import Store
from .table import Table

TABLES = (
    Table(
        "passcodes",
        """
        CREATE TABLE passcodes (
            kind TEXT NOT NULL,
            scope TEXT NOT NULL,
            member_id TEXT REFERENCES members ON DELETE CASCADE,
            code_hash TEXT NOT NULL,
            expires_at REAL NOT NULL,
            used INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (kind, scope, code_hash)
        );
        """,
    ),
)

CodeKind: TypeAlias = Literal["sms_otp", "email_otp", "discovery_email_otp"]

_KEPT = timedelta(days=1)  # how long an expired code is told from an unknown one


class Passcodes:
    """The one-time codes of the project. A code belongs to a scope, such as a member's address; each has one usable code."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def issue(self, kind: CodeKind, scope: str, minutes: int, *, member: Member | None = None) -> str:
        """Create a code, and end the scope's codes before it; `member` is None if it is not for a particular organization."""
        now = self._clock.now()
        self._store.run("DELETE FROM passcodes WHERE expires_at <= ?", (now - _KEPT).timestamp())
        self._store.run("UPDATE passcodes SET used = 1 WHERE kind = ? AND scope = ?", kind, scope)
        code = new_code()
        self._store.run(
            "INSERT OR REPLACE INTO passcodes (kind, scope, member_id, code_hash, expires_at) VALUES (?, ?, ?, ?, ?)",
            kind,
            scope,
            member.member_id if member else None,
            digest(code),
            (now + timedelta(minutes=minutes)).timestamp(),
        )
        return code

    def usable(self, kind: CodeKind, scope: str, code: str) -> bool | None:
        """Return whether a code is neither used nor expired; None for a wrong one."""
        row = self._store.row(
            "SELECT used, expires_at FROM passcodes WHERE kind = ? AND scope = ? AND code_hash = ?", kind, scope, digest(code)
        )
        return None if row is None else not row["used"] and row["expires_at"] > self._clock.now().timestamp()

    def use_up(self, kind: CodeKind, scope: str, code: str) -> None:
        """Mark a code as used."""
        self._store.run("UPDATE passcodes SET used = 1 WHERE kind = ? AND scope = ? AND code_hash = ?", kind, scope, digest(code))

    def record_failure(self, kind: CodeKind, scope: str, attempts: int) -> None:
        """Count a wrong code; the last of some attempts ends the usable code."""
        self._store.run(
            "UPDATE passcodes SET failures = failures + 1, used = failures + 1 >= ? WHERE kind = ? AND scope = ? AND NOT used",
            attempts,
            kind,
            scope,
        )

    def delete_all(self, member: Member) -> None:
        """Delete the unused codes sent to a member."""
        self._store.run("DELETE FROM passcodes WHERE member_id = ? AND NOT used", member.member_id)
