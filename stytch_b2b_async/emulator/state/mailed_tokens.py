"""Mailed tokens: valid once, until they expire."""

from datetime import timedelta
from typing import Literal, TypeAlias

import attrs

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.identifiers import digest, new_token
from stytch_b2b_async.models.member import Member

from .store import Store
from .table import Table

TABLES = (
    Table(
        "mailed_tokens",
        """
        CREATE TABLE mailed_tokens (
            token_hash TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            email TEXT NOT NULL,
            member_id TEXT REFERENCES members ON DELETE CASCADE,
            code_challenge TEXT,
            expires_at REAL NOT NULL,
            used INTEGER NOT NULL DEFAULT 0
        );
        """,
    ),
)

Kind: TypeAlias = Literal["password_reset", "discovery_password_reset", "magic_link", "discovery_magic_link", "email_update"]


@attrs.frozen(kw_only=True)
class MailedToken:
    """A mailed token."""

    email: str
    member_id: str | None
    """None if the mail was not for a particular organization."""
    code_challenge: str | None
    usable: bool
    """Whether it is neither used nor expired."""


class MailedTokens:
    """The tokens of all mails."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def issue(
        self,
        kind: Kind,
        email: str,
        minutes: int,
        *,
        member: Member | None = None,
        code_challenge: str | None = None,
    ) -> str:
        """Create a token with its purpose and lifetime."""
        token = new_token()
        self._store.run(
            "INSERT INTO mailed_tokens (token_hash, kind, email, member_id, code_challenge, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
            digest(token),
            kind,
            email,
            member.member_id if member else None,
            code_challenge or None,
            (self._clock.now() + timedelta(minutes=minutes)).timestamp(),
        )
        return token

    def find(self, kind: Kind, token: str) -> MailedToken | None:
        """Return a token's record; None for an unknown token."""
        row = self._store.row("SELECT * FROM mailed_tokens WHERE token_hash = ? AND kind = ?", digest(token), kind)
        if row is None:
            return None
        return MailedToken(
            email=row["email"],
            member_id=row["member_id"],
            code_challenge=row["code_challenge"],
            usable=not row["used"] and row["expires_at"] > self._clock.now().timestamp(),
        )

    def delete_all(self, member: Member) -> None:
        """Delete the unused tokens mailed to a member."""
        self._store.run("DELETE FROM mailed_tokens WHERE member_id = ? AND NOT used", member.member_id)

    def use_up(self, token: str) -> None:
        """Mark a token as used."""
        self._store.run("UPDATE mailed_tokens SET used = 1 WHERE token_hash = ?", digest(token))
