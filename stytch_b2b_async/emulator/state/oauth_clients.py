"""OAuth clients with their secrets: machine-to-machine clients and connected apps."""

from typing import Generic, Literal, TypeAlias, TypeVar

import attrs

from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.identifiers import digest
from stytch_b2b_async.models.connected_apps import ConnectedApp
from stytch_b2b_async.models.m2m import M2MClient

from .conditions import Condition
from .store import Store, dump, load
from .table import Table

TABLES = (
    Table(
        "oauth_clients",
        """
        CREATE TABLE oauth_clients (
            client_id TEXT PRIMARY KEY,
            number INTEGER NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            secret_hash TEXT,
            next_secret_hash TEXT,
            document TEXT NOT NULL
        );
        """,
    ),
)

Kind: TypeAlias = Literal["m2m_client", "connected_app"]
C = TypeVar("C", M2MClient, ConnectedApp)


@attrs.frozen
class ClientSecrets:
    """The hashes of a client's secret, and of the next one during a rotation."""

    current: str | None
    """None for a public client."""
    following: str | None = None

    def match(self, secret: str) -> bool:
        """Return whether a secret is one of them."""
        return digest(secret) in {self.current, self.following}  # hashes: their comparison tells nothing of the secret


class OAuthClients(Generic[C]):
    """The clients of one kind."""

    def __init__(self, store: Store, kind: Kind, model: type[C]) -> None:
        self._store = store
        self._kind = kind
        self._model: type[C] = model

    def add(self, client: C, secrets: ClientSecrets) -> None:
        """Store a new client."""
        self._store.run(
            "INSERT INTO oauth_clients (number, client_id, kind, secret_hash, next_secret_hash, document)"
            " VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM oauth_clients), ?, ?, ?, ?, ?)",
            client.client_id,
            self._kind,
            secrets.current,
            secrets.following,
            dump(client),
        )

    def save(self, client: C, secrets: ClientSecrets | None = None) -> None:
        """Update a client, and its secrets if given."""
        self._store.run("UPDATE oauth_clients SET document = ? WHERE client_id = ?", dump(client), client.client_id)
        if secrets is not None:
            sql = "UPDATE oauth_clients SET secret_hash = ?, next_secret_hash = ? WHERE client_id = ?"
            self._store.run(sql, secrets.current, secrets.following, client.client_id)

    def find(self, client_id: str) -> tuple[C, ClientSecrets]:
        """Fetch a client with its secrets."""
        row = self._store.row("SELECT * FROM oauth_clients WHERE client_id = ? AND kind = ?", client_id, self._kind)
        if row is None:
            raise missing(self._kind)
        return load(self._model, row["document"]), ClientSecrets(row["secret_hash"], row["next_secret_hash"])

    def exists(self, client_id: str) -> bool:
        """Return whether a client of any kind has an id."""
        return self._store.row("SELECT 1 FROM oauth_clients WHERE client_id = ?", client_id) is not None

    def delete(self, client: C) -> None:
        """Delete a client, and all rows that refer to it."""
        self._store.run("DELETE FROM oauth_clients WHERE client_id = ?", client.client_id)

    def search(self, condition: Condition, *, after: int, limit: int) -> list[tuple[int, C]]:
        """List clients with their numbers, oldest first."""
        sql = (
            f"SELECT number, document FROM oauth_clients WHERE kind = ? AND number > ? AND ({condition.sql})"  # noqa: S608  # constants
            " ORDER BY number LIMIT ?"
        )
        rows = self._store.rows(sql, self._kind, after, *condition.values, limit)
        return [(row["number"], load(self._model, row["document"])) for row in rows]

    def count(self, condition: Condition) -> int:
        """Count clients."""
        sql = f"SELECT COUNT(*) AS total FROM oauth_clients WHERE kind = ? AND ({condition.sql})"  # noqa: S608  # made of constants
        row = self._store.row(sql, self._kind, *condition.values)
        return row["total"] if row else 0
