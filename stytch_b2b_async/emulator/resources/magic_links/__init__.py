"""Magic links: log in with a link from an email."""

from stytch_b2b_async.api.magic_links import Authenticate, AuthenticateResponse
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.factors import email_factor
from stytch_b2b_async.emulator.rules.login.intermediate import intermediate_of
from stytch_b2b_async.emulator.rules.login.login import log_in
from stytch_b2b_async.emulator.rules.login.magic_links import link_ended, open_link, recipient
from stytch_b2b_async.emulator.rules.login.mail import check_locale
from stytch_b2b_async.emulator.rules.login.requirements import require_method
from stytch_b2b_async.emulator.rules.login.sandbox import opens_sandbox, sandbox_member
from stytch_b2b_async.emulator.rules.members.email_updates import finish_update
from stytch_b2b_async.emulator.rules.sessions.sessions import session_request
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from . import discovery, email

__all__ = ["discovery", "email"]


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> AuthenticateResponse:
    """Log a member in with the token of a link, which shows that the mailbox is theirs."""
    check_locale(request.locale)
    wanted = session_request(project, request)
    member, organization = _recipient(project, request)
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


def _recipient(project: Project, request: Authenticate) -> tuple[Member, Organization]:
    """Open a link: for a login, of the sandbox, or to change the address."""
    token, verifier = request.magic_links_token, request.pkce_code_verifier
    if opens_sandbox(project, token):
        return sandbox_member(project)
    if project.mailed_tokens.find("email_update", token) is None:
        return recipient(project, open_link(project, "magic_link", token, verifier))
    opened = open_link(project, "email_update", token, verifier)
    member = project.members.with_id(opened.member_id or "")
    if not project.email_updates.is_current(member, opened.email):  # another change has begun since
        raise link_ended()
    organization = project.organizations.find(member.organization_id)
    return finish_update(project, organization, member, opened.email), organization
