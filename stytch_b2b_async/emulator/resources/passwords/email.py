"""Password resets by email."""

from http import HTTPStatus

from stytch_b2b_async.api.passwords.email import (
    RequireReset,
    RequireResetResponse,
    Reset,
    ResetResponse,
    ResetStart,
    ResetStartResponse,
)
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.outbox import Message
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.factors import password_factor
from stytch_b2b_async.emulator.rules.login.intermediate import intermediate_of
from stytch_b2b_async.emulator.rules.login.links import PASSWORD_RESET, link, redirect_of
from stytch_b2b_async.emulator.rules.login.login import log_in
from stytch_b2b_async.emulator.rules.login.mail import check_locale, check_templates, login_instead
from stytch_b2b_async.emulator.rules.login.pkce import check_challenge, check_verifier
from stytch_b2b_async.emulator.rules.login.requirements import require_method
from stytch_b2b_async.emulator.rules.passwords.checking import (
    delete_password,
    require_reset_of,
    require_shared_passwords,
    set_members_password,
)
from stytch_b2b_async.emulator.rules.sessions.authorization import authorize
from stytch_b2b_async.emulator.rules.sessions.sessions import session_request
from stytch_b2b_async.emulator.rules.validators import check_email, mail_minutes
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

_RESET_MINUTES = 30


@handles(ResetStart)
def reset_start(project: Project, request: ResetStart) -> ResetStartResponse:
    """Send a member a password reset link."""
    check_email(request.email_address)
    minutes = mail_minutes(request.reset_password_expiration_minutes, _RESET_MINUTES)
    check_challenge(request.code_challenge)
    check_locale(request.locale)
    check_templates(project, request.reset_password_template_id, request.verify_email_template_id)
    redirect = redirect_of(project, "password_reset", request.reset_password_redirect_url, request.code_challenge)
    login_redirect = redirect_of(project, "login", request.login_redirect_url, request.code_challenge)
    organization = project.organizations.find(request.organization_id)
    member = project.members.with_address(organization, request.email_address)
    if member is None:
        raise missing("email", "member with this address")
    require_method(organization, member, "password")
    email, challenge = member.email_address, request.code_challenge
    token = project.mailed_tokens.issue("password_reset", email, minutes, member=member, code_challenge=challenge)
    url = link(redirect, token, PASSWORD_RESET, slug=organization.organization_slug)
    login_url = login_instead(project, email, login_redirect, challenge, member=member, organization=organization)
    project.send(Message(to=email, kind="password_reset", token=token, url=url, login_url=login_url))
    return ResetStartResponse(
        **project.response_meta(), member_id=member.member_id, member_email_id=project.members.email_id(member), member=member
    )


@handles(Reset)
def reset(project: Project, request: Reset) -> ResetResponse:
    """Set a password with the token of a reset link, and log in."""
    check_locale(request.locale)
    wanted = session_request(project, request)
    member, organization, challenge = _opened_by(project, request.password_reset_token)
    require_method(organization, member, "password")
    check_verifier(challenge, request.code_verifier)
    intermediate = intermediate_of(project, organization, member, request.intermediate_session_token)
    member = set_members_password(project, organization, member, request.password)
    project.mailed_tokens.use_up(request.password_reset_token)
    member = project.members.save(evolve(member, email_address_verified=True))  # the link verifies the mailbox
    login = log_in(project, organization, member, password_factor(project), wanted, intermediate=intermediate, ends_sessions=True)
    return ResetResponse(
        **project.response_meta(),
        **login,
        organization_id=organization.organization_id,
        member_email_id=project.members.email_id(member),
    )


@handles(RequireReset)
def require_reset(project: Project, request: RequireReset) -> RequireResetResponse:
    """Require a person to reset their password; one that a single active member uses is deleted."""
    require_shared_passwords(project)
    check_email(request.email_address)
    sharing = project.members.sharing(request.email_address)
    organization, member = _named(project, request, sharing)
    if request.authorization is not None:
        home = organization or _only_organization(project, sharing)
        # The required action is undocumented; this is the one for deleting a member's password.
        authorize(project, request.authorization, home, "stytch.member", "update.info.delete.password", about=member)
    if sum(found.status == "active" for found in sharing) == 1:
        delete_password(project, request.email_address, None)
    else:
        require_reset_of(project, request.email_address)
    if member is not None:
        member = project.members.with_id(member.member_id)
        organization = project.organizations.find(member.organization_id)
    return RequireResetResponse(
        **project.response_meta(), member_id=member.member_id if member else None, member=member, organization=organization
    )


def _opened_by(project: Project, token: str) -> tuple[Member, Organization, str | None]:
    found = project.mailed_tokens.find("password_reset", token)
    if found is None or found.member_id is None or not found.usable:
        raise token_refused()
    try:
        member = project.members.with_id(found.member_id)
    except EmulatedError:
        raise token_refused() from None
    if member.email_address.lower() != found.email.lower():  # the link verifies a mailbox that is no longer the member's
        raise token_refused()
    return member, project.organizations.find(member.organization_id), found.code_challenge


def _named(project: Project, request: RequireReset, sharing: list[Member]) -> tuple[Organization | None, Member | None]:
    """Find the member of a request; without an organization, the only member with the email address."""
    if request.organization_id:
        named = project.organizations.find(request.organization_id)
        sharing = [found for found in sharing if found.organization_id == named.organization_id]
    if request.member_id:
        sharing = [found for found in sharing if request.member_id in {found.member_id, found.external_id}]
    if not sharing and (request.organization_id or request.member_id):
        raise missing("member")
    if len(sharing) == 1:
        return project.organizations.find(sharing[0].organization_id), sharing[0]
    return None, None


def _only_organization(project: Project, sharing: list[Member]) -> Organization:
    """Return the organization that an acting member must belong to if the request has none."""
    if not sharing:
        raise missing("member")
    return project.organizations.find(sharing[0].organization_id)


def token_refused() -> EmulatedError:
    """Create the error of a reset token that is unknown, used or expired: the API does not distinguish."""
    message = "The password reset token was already used, or has expired."
    return EmulatedError("unable_to_auth_password_reset_token", message, HTTPStatus.UNAUTHORIZED)
