"""Everything that a handler sees: the project, its settings, its time and its state."""

from typing import Self, TypedDict

import attrs

from .clock import Clock
from .identifiers import environment_of, new_id, new_secret
from .outbox import Message, Outbox
from .settings import ProjectSettings
from .state.intermediate_sessions import IntermediateSessions
from .state.mailed_tokens import MailedTokens
from .state.members import Members
from .state.organizations import Organizations
from .state.sessions import Sessions
from .state.signing_keys import SigningKeys
from .state.store import Store, dump, load
from .state.vault import Vault


class Stamp(TypedDict):
    """What every answer carries."""

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
    vault: Vault = attrs.field(repr=False)
    sessions: Sessions = attrs.field(repr=False)
    intermediate_sessions: IntermediateSessions = attrs.field(repr=False)
    mailed_tokens: MailedTokens = attrs.field(repr=False)
    signing_keys: SigningKeys = attrs.field(repr=False)
    outbox: Outbox = attrs.field(repr=False)

    @classmethod
    def open(cls, project_id: str | None, secret: str | None, *, db: str, settings: ProjectSettings, clock: Clock) -> Self:
        """Open a project's database; what is not given comes from there, or is made up."""
        store = Store(db)
        try:
            project_id, secret = _credentials(store, project_id, secret)
            environment = environment_of(project_id) or "test"
            messages = [load(Message, row["document"]) for row in store.rows("SELECT document FROM messages ORDER BY message_id")]
            return cls(
                project_id=project_id,
                environment=environment,
                secret=secret,
                settings=settings,
                clock=clock,
                store=store,
                organizations=Organizations(store, clock),
                members=Members(store, clock),
                vault=Vault(store, shared=settings.cross_organization_passwords),
                sessions=Sessions(store, clock),
                intermediate_sessions=IntermediateSessions(store, clock),
                mailed_tokens=MailedTokens(store, clock),
                signing_keys=SigningKeys(store, clock, environment),
                outbox=Outbox(messages, lambda message: store.run("INSERT INTO messages (document) VALUES (?)", dump(message))),
            )
        except BaseException:
            store.close()
            raise

    def stamp(self) -> Stamp:
        """Start an answer: name it, and say that it is well."""
        return {"request_id": self.new_id("request-id"), "status_code": 200}

    def new_id(self, kind: str) -> str:
        """Make an id of the project's environment."""
        return new_id(kind, self.environment)


def _credentials(store: Store, project_id: str | None, secret: str | None) -> tuple[str, str]:
    kept = store.row("SELECT project_id, secret FROM project")
    project_id = project_id or (str(kept["project_id"]) if kept else new_id("project"))
    secret = secret or (str(kept["secret"]) if kept else new_secret(environment_of(project_id) or "test"))
    store.run("DELETE FROM project")
    store.run("INSERT INTO project (project_id, secret) VALUES (?, ?)", project_id, secret)
    return project_id, secret
