"""SSO connections of all organizations."""

from typing import Final, TypeAlias

from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.sso import Connection, OIDCConnection, SAMLConnection

from .store import Store, dump, load
from .table import Table

AnyConnection: TypeAlias = SAMLConnection | OIDCConnection | Connection

TABLES = (
    Table(
        "sso_connections",
        """
        CREATE TABLE sso_connections (
            connection_id TEXT PRIMARY KEY,
            organization_id TEXT NOT NULL REFERENCES organizations ON DELETE CASCADE,
            kind TEXT NOT NULL,
            shared_connection_id TEXT,
            document TEXT NOT NULL
        );
        CREATE INDEX sso_connections_of_organization ON sso_connections (organization_id);
        CREATE INDEX sso_connections_shared ON sso_connections (shared_connection_id);
        """,
    ),
)

_MODELS: Final[dict[str, type[AnyConnection]]] = {"saml": SAMLConnection, "oidc": OIDCConnection, "external": Connection}
_KINDS: Final = {model: kind for kind, model in _MODELS.items()}


class SSOConnections:
    """The SSO connections of the project, oldest first."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, connection: AnyConnection) -> None:
        """Store a new connection, or update one."""
        self._store.run(
            "INSERT INTO sso_connections (connection_id, organization_id, kind, shared_connection_id, document)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (connection_id) DO UPDATE SET document = excluded.document",
            connection.connection_id,
            connection.organization_id,
            _KINDS[type(connection)],
            connection.external_connection_id if isinstance(connection, Connection) else None,
            dump(connection),
        )

    def find(self, organization: Organization, connection_id: str) -> AnyConnection:
        """Return a connection of an organization."""
        connection = self.with_id(connection_id)
        if connection is None or connection.organization_id != organization.organization_id:
            raise missing("sso_connection", "SSO connection")
        return connection

    def with_id(self, connection_id: str) -> AnyConnection | None:
        """Return a connection of any organization, if there is one."""
        found = self._all("connection_id", connection_id)
        return found[0] if found else None

    def of(self, organization_id: str) -> list[AnyConnection]:
        """List the connections of an organization."""
        return self._all("organization_id", organization_id)

    def sharing(self, connection_id: str) -> list[AnyConnection]:
        """List the external connections through which other organizations use one."""
        return self._all("shared_connection_id", connection_id)

    def delete(self, connection_id: str) -> None:
        """Delete a connection."""
        self._store.run("DELETE FROM sso_connections WHERE connection_id = ?", connection_id)

    def _all(self, column: str, value: str) -> list[AnyConnection]:
        rows = self._store.rows(
            f"SELECT kind, document FROM sso_connections WHERE {column} = ? ORDER BY rowid",  # noqa: S608  # one of three columns
            value,
        )
        return [load(_MODELS[row["kind"]], row["document"]) for row in rows]
