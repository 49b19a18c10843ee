"""Tokens for support staff who act as a member."""

from datetime import timedelta
from typing import Final

import attrs

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.identifiers import digest, new_token

from .store import Store
from .table import Table

LIFE: Final = timedelta(minutes=5)

TABLES = (
    Table(
        "impersonation_tokens",
        """
        CREATE TABLE impersonation_tokens (
            token_hash TEXT PRIMARY KEY,
            member_id TEXT NOT NULL REFERENCES members ON DELETE CASCADE,
            impersonator_id TEXT NOT NULL,
            impersonator_email TEXT NOT NULL,
            expires_at REAL NOT NULL,
            used INTEGER NOT NULL DEFAULT 0
        );
        """,
    ),
)


@attrs.frozen(kw_only=True)
class Impersonation:
    """Whom a token lets act as whom."""

    member_id: str
    impersonator_id: str
    impersonator_email: str
    usable: bool
    """Whether the token is neither used nor expired."""


class ImpersonationTokens:
    """The tokens of the project."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def issue(self, member_id: str, impersonator_id: str, impersonator_email: str) -> str:
        """Create a token, which lives five minutes."""
        token = new_token()
        self._store.run(
            "INSERT INTO impersonation_tokens (token_hash, member_id, impersonator_id, impersonator_email, expires_at)"
            " VALUES (?, ?, ?, ?, ?)",
            digest(token),
            member_id,
            impersonator_id,
            impersonator_email,
            (self._clock.now() + LIFE).timestamp(),
        )
        return token

    def find(self, token: str) -> Impersonation | None:
        """Return a token's record; None for an unknown token."""
        row = self._store.row("SELECT * FROM impersonation_tokens WHERE token_hash = ?", digest(token))
        if row is None:
            return None
        return Impersonation(
            member_id=row["member_id"],
            impersonator_id=row["impersonator_id"],
            impersonator_email=row["impersonator_email"],
            usable=not row["used"] and row["expires_at"] > self._clock.now().timestamp(),
        )

    def use_up(self, token: str) -> None:
        """Mark a token as used."""
        self._store.run("UPDATE impersonation_tokens SET used = 1 WHERE token_hash = ?", digest(token))
