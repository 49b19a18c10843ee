"""Active sessions; expired ones are deleted, since the API does not distinguish them from unknown ones."""

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.identifiers import digest
from stytch_b2b_async.models.session import MemberSession

from .store import Store, dump, load
from .table import Table

TABLES = (
    Table(
        "sessions",
        """
        CREATE TABLE sessions (
            session_id TEXT PRIMARY KEY,
            token_hash TEXT NOT NULL UNIQUE,
            member_id TEXT NOT NULL REFERENCES members ON DELETE CASCADE,
            expires_at REAL NOT NULL,
            document TEXT NOT NULL
        );
        CREATE INDEX sessions_of_member ON sessions (member_id);
        """,
    ),
)


class Sessions:
    """The active sessions of all members."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, session: MemberSession, token: str) -> None:
        """Store a new session, and delete expired ones."""
        self._store.run("DELETE FROM sessions WHERE expires_at <= ?", self._clock.now().timestamp())
        self._store.run(
            "INSERT INTO sessions (session_id, token_hash, member_id, expires_at, document) VALUES (?, ?, ?, ?, ?)",
            session.member_session_id,
            digest(token),
            session.member_id,
            session.expires_at.timestamp(),
            dump(session),
        )

    def save(self, session: MemberSession) -> None:
        """Update a session."""
        self._store.run(
            "UPDATE sessions SET expires_at = ?, document = ? WHERE session_id = ?",
            session.expires_at.timestamp(),
            dump(session),
            session.member_session_id,
        )

    def with_token(self, token: str) -> MemberSession:
        """Return the session of a token."""
        return self._only("token_hash", digest(token))

    def with_id(self, session_id: str) -> MemberSession:
        """Return a session by id."""
        return self._only("session_id", session_id)

    def of_member(self, member_id: str) -> list[MemberSession]:
        """List a member's active sessions, oldest first."""
        rows = self._store.rows(
            "SELECT document FROM sessions WHERE member_id = ? AND expires_at > ? ORDER BY rowid",
            member_id,
            self._clock.now().timestamp(),
        )
        return [load(MemberSession, row["document"]) for row in rows]

    def revoke(self, session_id: str) -> None:
        """Revoke a session."""
        self._store.run("DELETE FROM sessions WHERE session_id = ?", session_id)

    def revoke_all(self, member_id: str, *, but: str | None = None) -> None:
        """Revoke a member's sessions, optionally except one."""
        self._store.run("DELETE FROM sessions WHERE member_id = ? AND session_id IS NOT ?", member_id, but)

    def _only(self, column: str, value: str) -> MemberSession:
        row = self._store.row(
            f"SELECT document FROM sessions WHERE {column} = ? AND expires_at > ?",  # noqa: S608  # one of two columns
            value,
            self._clock.now().timestamp(),
        )
        if row is None:
            raise missing("session")
        return load(MemberSession, row["document"])
