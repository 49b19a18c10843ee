"""What members granted to connected apps: consents, authorization codes and tokens."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Literal, TypeAlias

import attrs

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.identifiers import digest, new_token

from .store import Store
from .table import Table

TABLES = (
    Table(
        "app_consents",
        """
        CREATE TABLE app_consents (
            client_id TEXT NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
            member_id TEXT NOT NULL REFERENCES members ON DELETE CASCADE,
            scopes TEXT NOT NULL,
            PRIMARY KEY (member_id, client_id)
        );
        CREATE INDEX app_consents_of_client ON app_consents (client_id);
        """,
    ),
    Table(
        "app_tokens",
        """
        CREATE TABLE app_tokens (
            token_hash TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            client_id TEXT NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
            member_id TEXT NOT NULL REFERENCES members ON DELETE CASCADE,
            scopes TEXT NOT NULL,
            session_id TEXT,
            redirect_uri TEXT,
            code_challenge TEXT,
            nonce TEXT,
            issued_at REAL NOT NULL,
            expires_at REAL NOT NULL,
            used INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX app_tokens_of_member ON app_tokens (member_id, client_id);
        """,
    ),
)

Kind: TypeAlias = Literal["code", "access", "refresh"]
_COLUMNS: Final = ("client_id", "member_id", "session_id", "redirect_uri", "code_challenge", "nonce")


@attrs.frozen(kw_only=True)
class AppToken:
    """An authorization code, access token or refresh token. An access token is stored by its `jti`."""

    client_id: str
    member_id: str
    scopes: Sequence[str]
    session_id: str | None = None
    redirect_uri: str | None = None
    """Only of codes, like the next two."""
    code_challenge: str | None = None
    nonce: str | None = None
    issued_at: float = 0
    expires_at: float = 0
    used: bool = False


class AppGrants:
    """The consents and tokens of all members and apps."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def consent(self, client_id: str, member_id: str, scopes: Sequence[str]) -> None:
        """Store the scopes that a member granted, along with earlier ones."""
        granted = dict.fromkeys([*self.consented(client_id, member_id), *scopes])
        self._store.run(
            "INSERT OR REPLACE INTO app_consents (client_id, member_id, scopes) VALUES (?, ?, ?)",
            client_id,
            member_id,
            " ".join(granted),
        )

    def consented(self, client_id: str, member_id: str) -> list[str]:
        """List the scopes that a member granted; none if the member has not let the app in."""
        row = self._store.row("SELECT scopes FROM app_consents WHERE client_id = ? AND member_id = ?", client_id, member_id)
        return str(row["scopes"]).split() if row else []

    def apps_of_member(self, member_id: str) -> dict[str, list[str]]:
        """Return the scopes that a member granted, by app."""
        rows = self._store.rows("SELECT client_id, scopes FROM app_consents WHERE member_id = ? ORDER BY rowid", member_id)
        return {row["client_id"]: str(row["scopes"]).split() for row in rows}

    def members_by_app(self, organization_id: str) -> dict[str, dict[str, list[str]]]:
        """Return the scopes that the members of an organization granted, by app and member."""
        rows = self._store.rows(
            "SELECT client_id, member_id, scopes FROM app_consents JOIN members USING (member_id)"
            " WHERE organization_id = ? AND NOT deleted ORDER BY app_consents.rowid",
            organization_id,
        )
        found: dict[str, dict[str, list[str]]] = {}
        for row in rows:
            found.setdefault(row["client_id"], {})[row["member_id"]] = str(row["scopes"]).split()
        return found

    def revoke(self, client_id: str, member_id: str) -> None:
        """Forget what a member granted to an app, and end its tokens."""
        for table in ("app_consents", "app_tokens"):
            self._store.run(f"DELETE FROM {table} WHERE client_id = ? AND member_id = ?", client_id, member_id)  # noqa: S608  # constants

    def revoke_all(self, member_id: str) -> None:
        """End all consents and tokens of a member."""
        for table in ("app_consents", "app_tokens"):
            self._store.run(f"DELETE FROM {table} WHERE member_id = ?", member_id)  # noqa: S608  # constants

    def issue(self, kind: Kind, token: AppToken, life: timedelta, *, value: str | None = None) -> str:
        """Store a token, and return its value; `value` is an existing one."""
        now = self._clock.now()
        value = value or new_token()
        self._store.run(
            f"INSERT INTO app_tokens (token_hash, kind, scopes, issued_at, expires_at, {', '.join(_COLUMNS)})"  # noqa: S608  # constants
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            digest(value),
            kind,
            " ".join(token.scopes),
            now.timestamp(),
            (now + life).timestamp(),
            *(getattr(token, column) for column in _COLUMNS),
        )
        return value

    def find(self, kind: Kind, value: str) -> AppToken | None:
        """Return a token of a kind, even if it has expired or was used."""
        row = self._store.row("SELECT * FROM app_tokens WHERE token_hash = ? AND kind = ?", digest(value), kind)
        if row is None:
            return None
        return AppToken(
            **{column: row[column] for column in _COLUMNS},
            scopes=str(row["scopes"]).split(),
            issued_at=row["issued_at"],
            expires_at=row["expires_at"],
            used=bool(row["used"]),
        )

    def use_up(self, value: str) -> None:
        """Mark a token as used."""
        self._store.run("UPDATE app_tokens SET used = 1 WHERE token_hash = ?", digest(value))
