"""Passwords: one per person, or one per person and organization, by the project's settings."""

import attrs

from stytch_b2b_async.models.organization import Organization

from .store import Store
from .table import Table

TABLES = (
    Table(
        "passwords",
        """
        CREATE TABLE passwords (
            scope TEXT NOT NULL,
            email TEXT NOT NULL,
            password_id TEXT NOT NULL,
            hash TEXT NOT NULL,
            reset_required INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (scope, email)
        );
        """,
    ),
)

SHARED_SCOPE = ""  # the scope of passwords that are shared between organizations


@attrs.frozen
class Password:
    """A password, hashed."""

    password_id: str
    hash: str = attrs.field(repr=False)
    """As `rules.hashing` writes it."""
    reset_required: bool = False


class Passwords:
    """The passwords of the project."""

    def __init__(self, store: Store, *, shared: bool) -> None:
        self._store = store
        self._shared = shared
        self.check_scope()

    def check_scope(self) -> None:
        """Reject passwords of the other kind of project. Raises ValueError."""
        operator = "!=" if self._shared else "="
        if self._store.row(f"SELECT 1 FROM passwords WHERE scope {operator} ?", SHARED_SCOPE):  # noqa: S608  # two operators
            raise ValueError("whether organizations share passwords cannot be changed while there are passwords")

    def password(self, email: str, organization: Organization | None) -> Password | None:
        """Return the password of an email address, in an organization unless they are shared."""
        row = self._store.row(
            "SELECT password_id, hash, reset_required FROM passwords WHERE scope = ? AND email = ?", *self._key(email, organization)
        )
        return Password(row["password_id"], row["hash"], bool(row["reset_required"])) if row else None

    def put(self, email: str, organization: Organization | None, password: Password) -> None:
        """Store a password, replacing the previous one."""
        self._store.run(
            "INSERT OR REPLACE INTO passwords (scope, email, password_id, hash, reset_required) VALUES (?, ?, ?, ?, ?)",
            *self._key(email, organization),
            password.password_id,
            password.hash,
            password.reset_required,
        )

    def delete(self, email: str, organization: Organization | None) -> None:
        """Delete a password."""
        self._store.run("DELETE FROM passwords WHERE scope = ? AND email = ?", *self._key(email, organization))

    def delete_all(self, organization: Organization) -> None:
        """Delete the passwords of an organization's members, except for shared ones."""
        self._store.run("DELETE FROM passwords WHERE scope = ?", organization.organization_id)

    def _key(self, email: str, organization: Organization | None) -> tuple[str, str]:
        scope = SHARED_SCOPE if self._shared or organization is None else organization.organization_id
        return scope, email.lower()
