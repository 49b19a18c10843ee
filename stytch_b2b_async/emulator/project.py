"""The emulated project: its settings, clock and state."""

from typing import Self, TypedDict

import attrs
import msgspec

from stytch_b2b_async.emulator.state.intermediate_sessions import IntermediateSessions
from stytch_b2b_async.emulator.state.mailed_tokens import MailedTokens
from stytch_b2b_async.emulator.state.members import Members
from stytch_b2b_async.emulator.state.organizations import Organizations
from stytch_b2b_async.emulator.state.passwords import Passwords
from stytch_b2b_async.emulator.state.sessions import Sessions
from stytch_b2b_async.emulator.state.signing_keys import SigningKeys
from stytch_b2b_async.emulator.state.store import Store
from stytch_b2b_async.emulator.state.tables import Schema

from .clock import Clock
from .computation import Computations
from .identifiers import environment_of, new_id, new_secret
from .outbox import Message, Outbox
from .settings import ProjectSettings


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
    signing_keys: SigningKeys = attrs.field(repr=False)
    outbox: Outbox = attrs.field(repr=False)
    computations: Computations = attrs.field(factory=Computations, repr=False)

    @classmethod
    def open(cls, project_id: str | None, secret: str | None, *, db: str, settings: ProjectSettings, clock: Clock) -> Self:
        """Open a project's database; missing credentials are read from it, or generated."""
        store = Store(db, Schema.collect())
        try:
            project_id, secret = _credentials(store, project_id, secret)
            environment = environment_of(project_id) or "test"
            messages = [
                Message(**msgspec.json.decode(row["document"]))
                for row in store.rows("SELECT document FROM messages ORDER BY message_id")
            ]
            return cls(
                project_id=project_id,
                environment=environment,
                secret=secret,
                settings=settings,
                clock=clock,
                store=store,
                organizations=Organizations(store, clock),
                members=Members(store, clock),
                passwords=Passwords(store, shared=settings.cross_organization_passwords),
                sessions=Sessions(store, clock),
                intermediate_sessions=IntermediateSessions(store, clock),
                mailed_tokens=MailedTokens(store, clock),
                signing_keys=SigningKeys(store, clock, environment),
                outbox=Outbox(messages),
            )
        except BaseException:
            store.close()
            raise

    def send(self, message: Message) -> None:
        """Send a mail or text message, once the call has succeeded."""
        self.store.run("INSERT INTO messages (document) VALUES (?)", msgspec.json.encode(message.to_dict()).decode())
        self.store.after_commit(lambda: self.outbox.add(message))

    def reset(self) -> None:
        """Delete everything except credentials and signing keys, once the call has succeeded."""
        self.store.clear()
        self.store.after_commit(self.outbox.clear)
        self.store.after_commit(self.clock.reset)

    def response_meta(self) -> ResponseMeta:
        """Create the common fields of successful responses."""
        return {"request_id": self.new_id("request-id"), "status_code": 200}

    def new_id(self, kind: str) -> str:
        """Create an id of the project's environment."""
        return new_id(kind, self.environment)


def _credentials(store: Store, project_id: str | None, secret: str | None) -> tuple[str, str]:
    stored = store.row("SELECT project_id, secret FROM project")
    project_id = project_id or (str(stored["project_id"]) if stored else new_id("project"))
    secret = secret or (str(stored["secret"]) if stored else new_secret(environment_of(project_id) or "test"))
    store.run("DELETE FROM project")
    store.run("INSERT INTO project (project_id, secret) VALUES (?, ?)", project_id, secret)
    return project_id, secret
