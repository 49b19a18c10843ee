"""Sessions of another system, turned into sessions of this project."""

from stytch_b2b_async.api._shared.responses import SessionStarted
from stytch_b2b_async.api.sessions import Migrate
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.sessions.sessions import session_request
from stytch_b2b_async.emulator.rules.sessions.starting import start
from stytch_b2b_async.models.session import AuthenticationFactor


@handles(Migrate)
def migrate(project: Project, request: Migrate) -> SessionStarted:
    """Start a session for the member whose email address the settings have for a token."""
    wanted = session_request(project, request)
    organization = project.organizations.find(request.organization_id)
    email = project.settings.external_sessions.get(request.session_token)
    if email is None:
        raise missing("session", "session of the other system")
    member = project.members.with_address(organization, email)
    if member is None:
        raise missing("member")
    now = project.clock.now()
    factor = AuthenticationFactor(
        type="imported", delivery_method="imported_auth0", last_authenticated_at=now, created_at=now, updated_at=now
    )
    return SessionStarted(**project.response_meta(), **start(project, organization, member, factor, wanted))
