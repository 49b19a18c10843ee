"""Intermediate sessions: authenticated factors of people who are not logged in yet."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import attrs
import msgspec

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.identifiers import digest, new_token
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.session import AuthenticationFactor

from .store import Store, dump
from .table import Table

TABLES = (
    Table(
        "intermediate_sessions",
        """
        CREATE TABLE intermediate_sessions (
            token_hash TEXT PRIMARY KEY,
            email TEXT NOT NULL,
            member_id TEXT REFERENCES members ON DELETE CASCADE,
            organization_id TEXT REFERENCES organizations ON DELETE CASCADE,
            factors TEXT NOT NULL,
            email_verified INTEGER NOT NULL,
            oauth_tenants TEXT NOT NULL,
            expires_at REAL NOT NULL
        );
        """,
    ),
)

LIFE = timedelta(minutes=10)


@attrs.frozen(kw_only=True)
class IntermediateSession:
    """An intermediate session."""

    token: str = attrs.field(repr=False)
    email: str
    member_id: str | None
    """None before an organization is chosen."""
    organization_id: str | None
    """None as long as all factors are a person's, not a member's."""
    factors: list[AuthenticationFactor]
    email_verified: bool
    """Whether one of the factors has shown that the mailbox is the person's."""
    oauth_tenants: Mapping[str, Sequence[str]] = attrs.field(factory=dict[str, Sequence[str]])
    """Tenants at OAuth providers, such as `{"slack": ["T1"]}`, by which the person may join organizations."""
    expires_at: float


class IntermediateSessions:
    """The intermediate sessions of the project."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def start(
        self,
        email: str,
        factors: list[AuthenticationFactor],
        member_id: str | None = None,
        organization_id: str | None = None,
        *,
        email_verified: bool = False,
        oauth_tenants: Mapping[str, Sequence[str]] | None = None,
    ) -> IntermediateSession:
        """Store factors under a new token."""
        now = self._clock.now()
        self._store.run("DELETE FROM intermediate_sessions WHERE expires_at <= ?", now.timestamp())
        intermediate = IntermediateSession(
            token=new_token(),
            email=email,
            member_id=member_id,
            organization_id=organization_id,
            factors=factors,
            email_verified=email_verified,
            oauth_tenants=oauth_tenants or {},
            expires_at=(now + LIFE).timestamp(),
        )
        self.save(intermediate)
        return intermediate

    def save(self, intermediate: IntermediateSession) -> None:
        """Store an intermediate session."""
        self._store.run(
            "INSERT OR REPLACE INTO intermediate_sessions (token_hash, email, member_id, organization_id, factors, email_verified,"
            " oauth_tenants, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            digest(intermediate.token),
            intermediate.email,
            intermediate.member_id,
            intermediate.organization_id,
            dump(intermediate.factors),
            intermediate.email_verified,
            dump(intermediate.oauth_tenants),
            intermediate.expires_at,
        )

    def find(self, token: str) -> IntermediateSession:
        """Return the intermediate session of a token."""
        row = self._store.row(
            "SELECT * FROM intermediate_sessions WHERE token_hash = ? AND expires_at > ?",
            digest(token),
            self._clock.now().timestamp(),
        )
        if row is None:
            raise missing("intermediate_session")
        return IntermediateSession(
            token=token,
            email=row["email"],
            member_id=row["member_id"],
            organization_id=row["organization_id"],
            factors=msgspec.json.decode(row["factors"], type=list[AuthenticationFactor]),
            email_verified=bool(row["email_verified"]),
            oauth_tenants=msgspec.json.decode(row["oauth_tenants"], type=dict[str, list[str]]),
            expires_at=row["expires_at"],
        )

    def delete_all(self, member: Member) -> None:
        """End a member's intermediate sessions in their organization."""
        self._store.run("DELETE FROM intermediate_sessions WHERE member_id = ?", member.member_id)

    def consume(self, intermediate: IntermediateSession) -> None:
        """Use it up."""
        self._store.run("DELETE FROM intermediate_sessions WHERE token_hash = ?", digest(intermediate.token))
