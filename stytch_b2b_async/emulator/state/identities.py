"""Who people are at identity providers: tokens of their logins, and the identities that members have used."""

from datetime import timedelta
from typing import Final, Literal, TypeAlias

import attrs

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.identifiers import digest, new_token
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.schema import Model, frozen

from .store import Store, dump, load
from .table import Table

TABLES = (
    Table(
        "login_tokens",
        """
        CREATE TABLE login_tokens (
            token_hash TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            organization_id TEXT REFERENCES organizations ON DELETE CASCADE,
            identity TEXT NOT NULL,
            code_challenge TEXT,
            expires_at REAL NOT NULL
        );
        """,
    ),
    Table(
        "used_identities",
        """
        CREATE TABLE used_identities (
            source TEXT NOT NULL,
            subject TEXT NOT NULL,
            identity TEXT NOT NULL,
            PRIMARY KEY (source, subject)
        );
        """,
    ),
)

LIFE: Final = timedelta(minutes=5)

Kind: TypeAlias = Literal["sso", "oauth", "discovery_oauth"]


@frozen
class Identity(Model):
    """Who somebody is at an identity provider."""

    source: str
    """An SSO connection's id, or a provider such as `google`."""
    subject: str
    email: str
    name: str
    groups: list[str]
    tenants: list[str]


@attrs.frozen(kw_only=True)
class LoginToken:
    """The token of a redirect."""

    identity: Identity
    organization_id: str | None
    """None for a discovery login."""
    code_challenge: str | None


class Identities:
    """Logins through the built-in identity provider."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def issue(self, kind: Kind, identity: Identity, organization: Organization | None, code_challenge: str | None) -> str:
        """Create a token, which works once."""
        now = self._clock.now()
        self._store.run("DELETE FROM login_tokens WHERE expires_at <= ?", now.timestamp())
        token = new_token()
        self._store.run(
            "INSERT INTO login_tokens (token_hash, kind, organization_id, identity, code_challenge, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            digest(token),
            kind,
            organization.organization_id if organization else None,
            dump(identity),
            code_challenge or None,
            (now + LIFE).timestamp(),
        )
        return token

    def find(self, kind: Kind, token: str) -> LoginToken | None:
        """Return what a token stands for; None for one that is unknown, used or expired."""
        row = self._store.row(
            "SELECT * FROM login_tokens WHERE token_hash = ? AND kind = ? AND expires_at > ?",
            digest(token),
            kind,
            self._clock.now().timestamp(),
        )
        if row is None:
            return None
        identity = load(Identity, row["identity"])
        return LoginToken(identity=identity, organization_id=row["organization_id"], code_challenge=row["code_challenge"])

    def use_up(self, token: str) -> None:
        """Delete a token."""
        self._store.run("DELETE FROM login_tokens WHERE token_hash = ?", digest(token))

    def remember(self, identity: Identity) -> None:
        """Keep what is newest of an identity."""
        self._store.run(
            "INSERT OR REPLACE INTO used_identities (source, subject, identity) VALUES (?, ?, ?)",
            identity.source,
            identity.subject,
            dump(identity),
        )

    def used(self, source: str, subject: str) -> Identity | None:
        """Return an identity that somebody has used, if it is known."""
        row = self._store.row("SELECT identity FROM used_identities WHERE source = ? AND subject = ?", source, subject)
        return load(Identity, row["identity"]) if row else None
