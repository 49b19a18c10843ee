"""Create sessions and tokens in the project behind a fake, by the emulator's own rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from stytch_b2b_async.api.connected_app.clients import Create as CreateApp
from stytch_b2b_async.api.impersonation import Authenticate as Impersonate
from stytch_b2b_async.api.m2m.clients import Create as CreateMachine
from stytch_b2b_async.emulator.control.impersonation import impersonation_token
from stytch_b2b_async.emulator.control.logins import DirectLogin, log_in_directly
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.resources import impersonation
from stytch_b2b_async.emulator.resources.connected_app import clients as apps
from stytch_b2b_async.emulator.resources.m2m import clients as machines
from stytch_b2b_async.emulator.resources.m2m.token import client_credentials
from stytch_b2b_async.emulator.rules.oauth.app_tokens import CODE_LIFE, exchange_code
from stytch_b2b_async.emulator.state.app_grants import AppToken
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.logins import LoggedIn

from .backend import Backend
from .credentials import IssuedToken, SignedIn


def sign_in(
    backend: Backend,
    email_address: str,
    *,
    organization: str,
    roles: Sequence[str] | None,
    session_duration_minutes: int | None,
    session_custom_claims: Mapping[str, Any] | None,
    impersonator: str | None,
) -> SignedIn:
    """Start a session of a member, or of somebody who acts as the member."""
    wanted = DirectLogin(
        email_address=email_address,
        organization=organization,
        roles=roles,
        session_duration_minutes=session_duration_minutes,
        session_custom_claims=session_custom_claims,
    )

    def start(project: Project) -> LoggedIn:
        try:
            login = log_in_directly(project, wanted)
        except EmulatedError as error:
            raise _explained(error, roles) from None
        return login if impersonator is None else _impersonated(project, login, impersonator)

    return SignedIn(backend, backend.transact(start))


def machine(backend: Backend, scopes: Sequence[str]) -> IssuedToken:
    """Register a machine-to-machine client, and exchange its secret for a token."""

    def issue(project: Project) -> IssuedToken:
        client = machines.create(project, CreateMachine(scopes=list(scopes))).m2m_client
        answer = client_credentials(project, {"client_id": client.client_id, "client_secret": client.client_secret})
        return IssuedToken(backend, client.client_id, answer["access_token"])

    return backend.transact(issue)


def connected_app(
    backend: Backend, scopes: Sequence[str], *, email_address: str, organization: str, client_type: str
) -> IssuedToken:
    """Register a connected app, let a member grant scopes to it, and exchange the code for a token."""

    def issue(project: Project) -> IssuedToken:
        login = log_in_directly(project, DirectLogin(email_address=email_address, organization=organization))
        project.sessions.revoke(login.member_session.member_session_id)
        app = apps.create(project, CreateApp(client_type=client_type)).connected_app
        grant = AppToken(client_id=app.client_id, member_id=login.member.member_id, scopes=scopes)
        project.app_grants.consent(app.client_id, login.member.member_id, scopes)
        code = project.app_grants.issue("code", grant, CODE_LIFE)
        answer = exchange_code(project, {"client_id": app.client_id, "client_secret": app.client_secret or "", "code": code})
        return IssuedToken(backend, app.client_id, answer["access_token"])

    return backend.transact(issue)


def _explained(error: EmulatedError, roles: Sequence[str] | None) -> Exception:
    if error.error_type != "invalid_rbac_role_id":
        return error
    example = "FakeStytch(roles={'editor': {'documents': ['*']}})"
    return ValueError(f"the policy does not have every role of {list(roles or ())}: declare them, as in {example}")


def _impersonated(project: Project, login: LoggedIn, impersonator: str) -> LoggedIn:
    project.sessions.revoke(login.member_session.member_session_id)
    token = impersonation_token(project, login.member.member_id, impersonator)
    started = impersonation.authenticate(project, Impersonate(impersonation_token=token))
    return evolve(
        login, session_token=started.session_token, session_jwt=started.session_jwt, member_session=started.member_session
    )
