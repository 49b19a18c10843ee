"""Magic links by email: to log in, to sign up, and to accept an invitation."""

from typing import Final

from stytch_b2b_async.api._shared.responses import LoginEmailResponse, MemberResponse
from stytch_b2b_async.api.magic_links.email import Invite, LoginOrSignup
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.joining import require_invitable
from stytch_b2b_async.emulator.rules.login.links import check_redirect, redirect_of
from stytch_b2b_async.emulator.rules.login.mail import (
    MAGIC_LINK_MINUTES,
    MagicLinkMail,
    check_locale,
    check_templates,
    mail_magic_link,
)
from stytch_b2b_async.emulator.rules.login.pkce import check_challenge
from stytch_b2b_async.emulator.rules.login.requirements import require_method
from stytch_b2b_async.emulator.rules.login.sandbox import is_sandbox, sandbox_member
from stytch_b2b_async.emulator.rules.login.signups import member_to_mail
from stytch_b2b_async.emulator.rules.members.new_members import NewMember, add_member
from stytch_b2b_async.emulator.rules.sessions.authorization import MEMBER, actor_of
from stytch_b2b_async.emulator.rules.validators import check_email, mail_minutes, merged_metadata
from stytch_b2b_async.emulator.state.roles import assigned, check_roles
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from . import discovery

__all__ = ["discovery"]

_INVITE_MINUTES: Final = 10_080


@handles(LoginOrSignup)
def login_or_signup(project: Project, request: LoginOrSignup) -> LoginEmailResponse:
    """Mail an active member a login link, and others a signup link; unknown people become pending members, if they may join."""
    check_email(request.email_address)
    check_challenge(request.pkce_code_challenge)
    check_locale(request.locale)
    check_templates(project, request.login_template_id, request.signup_template_id)
    check_redirect(project, "login", request.login_redirect_url)
    check_redirect(project, "signup", request.signup_redirect_url)
    login = mail_minutes(request.login_expiration_minutes, MAGIC_LINK_MINUTES)
    signup = mail_minutes(request.signup_expiration_minutes, MAGIC_LINK_MINUTES)
    found, organization = _addressee(project, request.organization_id, request.email_address)
    require_method(organization, found, "magic_link")
    member, created = (found, False) if found else member_to_mail(project, organization, request.email_address)
    challenge = request.pkce_code_challenge
    if member.status == "active":
        redirect, minutes = redirect_of(project, "login", request.login_redirect_url, challenge), login
    else:
        redirect, minutes = redirect_of(project, "signup", request.signup_redirect_url, challenge), signup
    kind = "login" if member.status == "active" else "signup"
    mail = MagicLinkMail(kind=kind, redirect=redirect, minutes=minutes, code_challenge=challenge)
    mail_magic_link(project, member, organization, mail)
    return LoginEmailResponse(
        **project.response_meta(),
        member_id=member.member_id,
        member=member,
        organization=organization,
        member_created=created,
    )


@handles(Invite)
def invite(project: Project, request: Invite) -> MemberResponse:
    """Mail an invitation; the recipient, or a pending member, becomes an invited member."""
    check_email(request.email_address)
    check_locale(request.locale)
    check_templates(project, request.invite_template_id)
    redirect = redirect_of(project, "invite", request.invite_redirect_url)
    minutes = mail_minutes(request.invite_expiration_minutes, _INVITE_MINUTES)
    found, organization = _addressee(project, request.organization_id, request.email_address)
    actor = actor_of(project, request.authorization, organization)
    if actor:
        actor.require(MEMBER, "create")
        actor.forbid_trusted_metadata(request.trusted_metadata)
    is_trial = found is not None and is_sandbox(project, request.organization_id, request.email_address)
    member = found if found and is_trial else _invited(project, organization, found, request)
    mail_magic_link(project, member, organization, MagicLinkMail(kind="invite", redirect=redirect, minutes=minutes))
    return MemberResponse(**project.response_meta(), member_id=member.member_id, member=member, organization=organization)


def _addressee(project: Project, organization_id: str, email: str) -> tuple[Member | None, Organization]:
    if is_sandbox(project, organization_id, email):
        return sandbox_member(project)
    organization = project.organizations.find(organization_id)
    return project.members.with_address(organization, email), organization


def _invited(project: Project, organization: Organization, member: Member | None, request: Invite) -> Member:
    if request.invited_by_member_id:
        project.members.find(organization, request.invited_by_member_id)
    require_invitable(organization, request.email_address)
    require_method(organization, None, "magic_link")
    if member is None:
        new = NewMember(
            email=request.email_address,
            status="invited",
            name=request.name or "",
            roles=list(request.roles or ()),
            trusted_metadata=request.trusted_metadata,
            untrusted_metadata=request.untrusted_metadata,
        )
        return add_member(project, organization, new)
    if member.status == "active":
        raise EmulatedError("duplicate_member_email", "The organization has an active member with this address.")
    if request.roles is not None:
        check_roles(list(request.roles), project.settings, organization)
        member = evolve(member, roles=assigned(list(request.roles)))
    invited = evolve(
        member,
        status="invited",
        name=request.name or member.name,
        trusted_metadata=merged_metadata(member.trusted_metadata, request.trusted_metadata),
        untrusted_metadata=merged_metadata(member.untrusted_metadata, request.untrusted_metadata),
    )
    return project.members.save(invited)
