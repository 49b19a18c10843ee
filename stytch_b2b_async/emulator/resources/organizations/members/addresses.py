"""Email addresses of a member: change the current one, unlink a retired one."""

from stytch_b2b_async.api._shared.responses import MemberResponse
from stytch_b2b_async.api.organizations.members._addresses import (
    StartEmailUpdate,
    UnlinkRetiredEmail,
    UnlinkRetiredEmailResponse,
)
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.outbox import Message
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.links import MAGIC_LINK, link, redirect_of
from stytch_b2b_async.emulator.rules.login.mail import check_locale, check_templates
from stytch_b2b_async.emulator.rules.login.passcodes import mail_code
from stytch_b2b_async.emulator.rules.members.email_updates import UPDATE_MINUTES, begin_update
from stytch_b2b_async.emulator.rules.sessions.authorization import MEMBER, actor_of
from stytch_b2b_async.emulator.rules.validators import check_email
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

_LINK, _CODE = "EMAIL_MAGIC_LINK", "EMAIL_OTP"


@handles(StartEmailUpdate)
def start_email_update(project: Project, request: StartEmailUpdate) -> MemberResponse:
    """Mail a link or a code to the new address, which becomes the member's when it is authenticated."""
    delivery = request.delivery_method or _LINK
    if delivery not in {_LINK, _CODE}:
        raise EmulatedError("invalid_argument", f"delivery_method must be {_LINK} or {_CODE}.")
    check_email(request.email_address)
    check_locale(request.locale)
    check_templates(project, request.login_template_id)
    redirect = redirect_of(project, "login", request.login_redirect_url)
    organization = project.organizations.find(request.organization_id)
    actor = actor_of(project, request.authorization, organization)
    member = project.members.find(organization, request.member_id)
    if actor:
        actor.require(MEMBER, "update.info.email", about=member)
    begin_update(project, organization, member, request.email_address)
    if delivery == _CODE:
        recipient = evolve(member, email_address=request.email_address)
        mail_code(project, recipient, UPDATE_MINUTES, kind="email_update")
        return _response(project, organization, member)
    token = project.mailed_tokens.issue("email_update", request.email_address, UPDATE_MINUTES, member=member)
    url = link(redirect, token, MAGIC_LINK, slug=organization.organization_slug)
    project.send(Message(to=request.email_address, kind="email_update", token=token, url=url))
    return _response(project, organization, member)


@handles(UnlinkRetiredEmail)
def unlink_retired_email(project: Project, request: UnlinkRetiredEmail) -> UnlinkRetiredEmailResponse:
    """Give a retired address free for others."""
    if not request.email_id and not request.email_address:
        raise EmulatedError("retired_email_missing_email_identifiers", "Give email_id or email_address.")
    organization = project.organizations.find(request.organization_id)
    actor = actor_of(project, request.authorization, organization)
    member = project.members.find(organization, request.member_id)
    if actor:
        actor.require(MEMBER, "update.info.email", about=member)
    if request.email_id == project.members.email_id(member) or _same(request.email_address, member.email_address):
        raise EmulatedError("cannot_delete_email", "The address is the member's current one.")
    kept = [
        retired
        for retired in member.retired_email_addresses
        if (request.email_id and retired.email_id != request.email_id)
        or (request.email_address and not _same(request.email_address, retired.email_address))
    ]
    if len(kept) == len(member.retired_email_addresses):
        raise missing("email", "retired address of this member")
    member = project.members.save(evolve(member, retired_email_addresses=kept))
    return UnlinkRetiredEmailResponse(
        **project.response_meta(),
        member_id=member.member_id,
        member=member,
        organization=organization,
        organization_id=organization.organization_id,
    )


def _response(project: Project, organization: Organization, member: Member) -> MemberResponse:
    return MemberResponse(**project.response_meta(), member_id=member.member_id, member=member, organization=organization)


def _same(given: str | None, address: str) -> bool:
    return given is not None and given.lower() == address.lower()
