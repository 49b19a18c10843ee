"""The emulated project: its settings, clock and state."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Self, TypedDict

import attrs
import msgspec

from stytch_b2b_async.emulator.state.app_grants import AppGrants
from stytch_b2b_async.emulator.state.email_updates import EmailUpdates
from stytch_b2b_async.emulator.state.identities import Identities
from stytch_b2b_async.emulator.state.impersonation import ImpersonationTokens
from stytch_b2b_async.emulator.state.intermediate_sessions import IntermediateSessions
from stytch_b2b_async.emulator.state.mailed_tokens import MailedTokens
from stytch_b2b_async.emulator.state.members import Members
from stytch_b2b_async.emulator.state.oauth_clients import OAuthClients
from stytch_b2b_async.emulator.state.organizations import Organizations
from stytch_b2b_async.emulator.state.passcodes import Passcodes
from stytch_b2b_async.emulator.state.passwords import Passwords
from stytch_b2b_async.emulator.state.scim_connections import SCIMConnections
from stytch_b2b_async.emulator.state.sessions import Sessions
from stytch_b2b_async.emulator.state.signing_keys import SigningKeys
from stytch_b2b_async.emulator.state.snapshot import Tables, export_tables, import_tables, insert_rows, version_of
from stytch_b2b_async.emulator.state.sso_connections import SSOConnections
from stytch_b2b_async.emulator.state.store import Store
from stytch_b2b_async.emulator.state.tables import Schema
from stytch_b2b_async.emulator.state.totps import Totps
from stytch_b2b_async.models.connected_apps import ConnectedApp
from stytch_b2b_async.models.m2m import M2MClient

from .calls import CallLog
from .clock import Clock
from .computation import Computations
from .errors import EmulatedError
from .faults import Faults
from .identifiers import environment_of, new_id, new_secret
from .outbox import Message, Outbox
from .rate_limits import RateLimiter
from .settings import ProjectSettings

MAX_SKIPPED: Final = 8_000 * 366 * 24 * 3600
"""Seconds that the clock may be ahead: to the end of the calendar."""


class State(TypedDict):
    """The whole state of a project."""

    version: int
    """Of the tables; an emulator loads only its own."""
    environment: str
    skipped_seconds: float
    """By how much the clock is ahead."""
    tables: Tables


class ResponseMeta(TypedDict):
    """The fields that every response has."""

    request_id: str
    status_code: int


@attrs.frozen(kw_only=True, eq=False)
class Project:
    """The emulated project. One thread uses it, one call at a time."""

    project_id: str
    environment: str
    """`test` or `live`."""
    secret: str = attrs.field(repr=False)
    settings: ProjectSettings
    clock: Clock
    store: Store = attrs.field(repr=False)
    organizations: Organizations = attrs.field(repr=False)
    members: Members = attrs.field(repr=False)
    passwords: Passwords = attrs.field(repr=False)
    sessions: Sessions = attrs.field(repr=False)
    intermediate_sessions: IntermediateSessions = attrs.field(repr=False)
    mailed_tokens: MailedTokens = attrs.field(repr=False)
    passcodes: Passcodes = attrs.field(repr=False)
    identities: Identities = attrs.field(repr=False)
    sso_connections: SSOConnections = attrs.field(repr=False)
    scim_connections: SCIMConnections = attrs.field(repr=False)
    totps: Totps = attrs.field(repr=False)
    email_updates: EmailUpdates = attrs.field(repr=False)
    signing_keys: SigningKeys = attrs.field(repr=False)
    m2m_clients: OAuthClients[M2MClient] = attrs.field(repr=False)
    connected_apps: OAuthClients[ConnectedApp] = attrs.field(repr=False)
    app_grants: AppGrants = attrs.field(repr=False)
    impersonation_tokens: ImpersonationTokens = attrs.field(repr=False)
    outbox: Outbox = attrs.field(repr=False)
    rate_limiter: RateLimiter = attrs.field(repr=False)
    computations: Computations = attrs.field(factory=Computations, repr=False)
    faults: Faults = attrs.field(factory=Faults, repr=False)
    calls: CallLog = attrs.field(factory=CallLog, repr=False)
    start: "list[State]" = attrs.field(factory=list["State"], repr=False)
    """The state that a reset returns to; empty for an empty one."""

    @classmethod
    def open(cls, project_id: str | None, secret: str | None, *, db: str, settings: ProjectSettings, clock: Clock) -> Self:
        """Open a project's database; missing credentials are read from it, or generated."""
        store = Store(db, Schema.collect())
        try:
            project_id, secret = _credentials(store, project_id, secret)
            environment = environment_of(project_id) or "test"
            sso_connections = SSOConnections(store)
            return cls(
                project_id=project_id,
                environment=environment,
                secret=secret,
                settings=settings,
                clock=clock,
                store=store,
                organizations=Organizations(store, clock),
                members=Members(store, clock, sso_connections),
                passwords=Passwords(store, shared=settings.cross_organization_passwords),
                sessions=Sessions(store, clock),
                intermediate_sessions=IntermediateSessions(store, clock),
                mailed_tokens=MailedTokens(store, clock),
                passcodes=Passcodes(store, clock),
                identities=Identities(store, clock),
                sso_connections=sso_connections,
                scim_connections=SCIMConnections(store),
                totps=Totps(store, clock),
                email_updates=EmailUpdates(store, clock),
                signing_keys=SigningKeys(store, clock, environment),
                m2m_clients=OAuthClients(store, "m2m_client", M2MClient),
                connected_apps=OAuthClients(store, "connected_app", ConnectedApp),
                app_grants=AppGrants(store, clock),
                impersonation_tokens=ImpersonationTokens(store, clock),
                outbox=Outbox(_messages(store)),
                rate_limiter=RateLimiter(settings.rate_limits, clock),
            )
        except BaseException:
            store.close()
            raise

    def send(self, message: Message) -> None:
        """Send a mail or text message, once the call has succeeded."""
        self.store.run("INSERT INTO messages (document) VALUES (?)", msgspec.json.encode(message.to_dict()).decode())
        self.store.after_commit(lambda: self.outbox.add(message))

    def reset(self) -> None:
        """Return to the start, except for credentials and signing keys, once the call has succeeded."""
        self.store.clear()
        for state in self.start:
            insert_rows(self.store, state["tables"])
        self.store.after_commit(self.outbox.clear)
        self.store.after_commit(self.clock.reset)
        self._forget_calls()

    def start_with(self, state: State) -> None:
        """Begin with a state, unless there are organizations; resets return to it."""
        self.start.append({**state, "tables": {name: rows for name, rows in state["tables"].items() if name != "signing_keys"}})
        if self.store.row("SELECT 1 FROM organizations") is None:
            self.reset()

    def export(self) -> State:
        """Return the whole state, signing keys included, but not the credentials."""
        return {
            "version": version_of(self.store),
            "environment": self.environment,
            "skipped_seconds": self.clock.skipped.total_seconds(),
            "tables": export_tables(self.store),
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Replace the whole state by an exported one, once the call has succeeded. Raises EmulatedError if it does not fit."""
        expected = {"version": version_of(self.store), "environment": self.environment}
        for name, value in expected.items():
            if state.get(name) != value:
                raise EmulatedError("invalid_state", f"{name} must be {value}: the state is of another {name}.")
        skipped = state.get("skipped_seconds", 0)
        if isinstance(skipped, bool) or not isinstance(skipped, int | float) or not 0 <= skipped <= MAX_SKIPPED:
            raise EmulatedError("invalid_state", f"skipped_seconds must be a number between 0 and {MAX_SKIPPED}.")
        import_tables(self.store, state.get("tables"))
        try:
            messages = _messages(self.store)
            self.passwords.check_scope()
        except (TypeError, ValueError) as error:
            raise EmulatedError("invalid_state", f"{error}.") from None
        self.store.after_commit(lambda: self.outbox.replace(messages))
        self.store.after_commit(self.signing_keys.forget)
        self.store.after_commit(lambda: self.clock.reset(timedelta(seconds=skipped)))
        self._forget_calls()

    def _forget_calls(self) -> None:
        self.store.after_commit(self.faults.clear)
        self.store.after_commit(self.rate_limiter.clear)
        self.store.after_commit(self.calls.clear)

    def response_meta(self) -> ResponseMeta:
        """Create the common fields of successful responses."""
        return {"request_id": self.new_id("request-id"), "status_code": 200}

    @property
    def public_token(self) -> str:
        """The token that browsers bring to the start of a login; not a secret."""
        name = uuid.UUID(bytes=hashlib.sha256(self.project_id.encode()).digest()[:16], version=4)
        return self.settings.public_token or f"public-token-{self.environment}-{name}"

    def new_id(self, kind: str) -> str:
        """Create an id of the project's environment."""
        return new_id(kind, self.environment)


def _messages(store: Store) -> list[Message]:
    rows = store.rows("SELECT document FROM messages ORDER BY message_id")
    return [Message(**msgspec.json.decode(row["document"])) for row in rows]


def _credentials(store: Store, project_id: str | None, secret: str | None) -> tuple[str, str]:
    stored = store.row("SELECT project_id, secret FROM project")
    project_id = project_id or (str(stored["project_id"]) if stored else new_id("project"))
    secret = secret or (str(stored["secret"]) if stored else new_secret(environment_of(project_id) or "test"))
    store.run("DELETE FROM project")
    store.run("INSERT INTO project (project_id, secret) VALUES (?, ?)", project_id, secret)
    return project_id, secret
