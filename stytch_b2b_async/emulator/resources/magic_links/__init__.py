"""Magic links: log in with a link from an email."""

from stytch_b2b_async.api.magic_links import Authenticate, AuthenticateResponse
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.factors import email_factor
from stytch_b2b_async.emulator.rules.login.intermediate import intermediate_of
from stytch_b2b_async.emulator.rules.login.login import log_in
from stytch_b2b_async.emulator.rules.login.magic_links import open_link, recipient
from stytch_b2b_async.emulator.rules.login.mail import check_locale
from stytch_b2b_async.emulator.rules.login.requirements import require_method
from stytch_b2b_async.emulator.rules.login.sandbox import opens_sandbox, sandbox_member
from stytch_b2b_async.emulator.rules.sessions.sessions import session_request
from stytch_b2b_async.emulator.state.store import evolve

from . import discovery, email

__all__ = ["discovery", "email"]


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> AuthenticateResponse:
    """Log a member in with the token of a link, which shows that the mailbox is theirs."""
    check_locale(request.locale)
    wanted = session_request(project, request)
    if opens_sandbox(project, request.magic_links_token):
        member, organization = sandbox_member(project)
    else:
        opened = open_link(project, "magic_link", request.magic_links_token, request.pkce_code_verifier)
        member, organization = recipient(project, opened)
    require_method(organization, member, "magic_link")
    intermediate = intermediate_of(project, organization, member, request.intermediate_session_token)
    member = project.members.save(evolve(member, email_address_verified=True))
    email_id = project.members.email_id(member)
    factor = email_factor(project, "magic_link", member.email_address, email_id)
    login = log_in(project, organization, member, factor, wanted, intermediate=intermediate)
    return AuthenticateResponse(
        **project.response_meta(),
        **login,
        organization_id=organization.organization_id,
        method_id=email_id,
        reset_sessions=False,
    )
