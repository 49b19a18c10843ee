"""SCIM connections: at most one of an organization."""

from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.scim_connection import SCIMConnection

from .store import Store, dump, load
from .table import Table

TABLES = (
    Table(
        "scim_connections",
        """
        CREATE TABLE scim_connections (
            connection_id TEXT PRIMARY KEY,
            organization_id TEXT NOT NULL UNIQUE REFERENCES organizations ON DELETE CASCADE,
            document TEXT NOT NULL
        );
        """,
    ),
)


class SCIMConnections:
    """The SCIM connections of the project, without their tokens: nothing is provisioned by them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, connection: SCIMConnection) -> None:
        """Store a new connection, or update one."""
        self._store.run(
            "INSERT INTO scim_connections (connection_id, organization_id, document) VALUES (?, ?, ?)"
            " ON CONFLICT (connection_id) DO UPDATE SET document = excluded.document",
            connection.connection_id,
            connection.organization_id,
            dump(connection),
        )

    def of(self, organization: Organization) -> SCIMConnection | None:
        """Return the connection of an organization, if there is one."""
        row = self._store.row("SELECT document FROM scim_connections WHERE organization_id = ?", organization.organization_id)
        return load(SCIMConnection, row["document"]) if row else None

    def find(self, organization: Organization, connection_id: str) -> SCIMConnection:
        """Return the connection of an organization by its id."""
        connection = self.of(organization)
        if connection is None or connection.connection_id != connection_id:
            raise missing("scim_connection", "SCIM connection")
        return connection

    def delete(self, connection: SCIMConnection) -> None:
        """Delete a connection."""
        self._store.run("DELETE FROM scim_connections WHERE connection_id = ?", connection.connection_id)
