"""Deleting factors and ids of a member."""

from stytch_b2b_async.api._shared.responses import MemberResponse
from stytch_b2b_async.api.organizations.members._deletions import (
    DeleteExternalId,
    DeleteMfaPhoneNumber,
    DeletePassword,
    DeleteTotp,
)
from stytch_b2b_async.authorization import Authorization
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.members.updates import default_method
from stytch_b2b_async.emulator.rules.passwords.checking import delete_password as delete_members_password
from stytch_b2b_async.emulator.rules.sessions.authorization import MEMBER, actor_of
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.schema import JSONObject


@handles(DeletePassword)
def delete_password(project: Project, request: DeletePassword) -> MemberResponse:
    """Delete a member's password."""
    organization = project.organizations.find(request.organization_id)
    actor = actor_of(project, request.authorization, organization)
    member = project.members.with_password_id(organization, request.member_password_id)
    if actor:
        actor.require(MEMBER, "update.info.delete.password", about=member)
    if project.settings.cross_organization_passwords:
        message = "Passwords of this project are shared between organizations; use passwords.email.require_reset."
        raise EmulatedError("cross_org_passwords_enabled", message)
    if member is None:
        raise missing("password")
    delete_members_password(project, member.email_address, organization)
    return _answer(project, organization, project.members.with_id(member.member_id))


@handles(DeleteMfaPhoneNumber)
def delete_mfa_phone_number(project: Project, request: DeleteMfaPhoneNumber) -> MemberResponse:
    """Delete a member's phone number; sessions stay."""
    organization, member = _found(project, request, request.authorization, "update.info.delete.mfa-phone")
    if not member.mfa_phone_number:
        raise missing("member_phone_number", "phone number of this member")
    member = evolve(member, mfa_phone_number="", mfa_phone_number_verified=False)
    return _answer(project, organization, project.members.save(default_method(member)))


@handles(DeleteTotp)
def delete_totp(project: Project, request: DeleteTotp) -> MemberResponse:
    """Delete a member's authenticator app, confirmed or not, with its recovery codes; sessions stay."""
    organization, member = _found(project, request, request.authorization, "update.info.delete.mfa-totp")
    if project.totps.of(member) is None:
        raise missing("totp", "authenticator app of this member")
    project.totps.delete(member)
    return _answer(project, organization, project.members.save(default_method(evolve(member, totp_registration_id=""))))


@handles(DeleteExternalId)
def delete_external_id(project: Project, request: DeleteExternalId) -> MemberResponse:
    """Delete a member's external id."""
    organization, member = _found(project, request, request.authorization, "update.info.external-id", itself=False)
    return _answer(project, organization, project.members.save(evolve(member, external_id=None)))


def _found(
    project: Project,
    request: DeleteMfaPhoneNumber | DeleteTotp | DeleteExternalId,
    authorization: Authorization | JSONObject | None,
    action: str,
    *,
    itself: bool = True,
) -> tuple[Organization, Member]:
    organization = project.organizations.find(request.organization_id)
    actor = actor_of(project, authorization, organization)
    member = project.members.find(organization, request.member_id)
    if actor:
        actor.require(MEMBER, action, about=member if itself else None)
    return organization, member


def _answer(project: Project, organization: Organization, member: Member) -> MemberResponse:
    return MemberResponse(**project.response_meta(), member_id=member.member_id, member=member, organization=organization)
