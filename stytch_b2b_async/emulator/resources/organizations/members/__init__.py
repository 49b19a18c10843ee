"""Members: create, get, update, delete and reactivate."""

from stytch_b2b_async.api._shared.responses import MemberResponse
from stytch_b2b_async.api.organizations.members import (
    Create,
    DangerouslyGet,
    Delete,
    DeleteResponse,
    Get,
    Reactivate,
    Update,
)
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.members.addresses import change_address
from stytch_b2b_async.emulator.rules.members.endings import bring_back, end_member
from stytch_b2b_async.emulator.rules.members.new_members import NewMember, add_member
from stytch_b2b_async.emulator.rules.members.updates import UPDATE_ACTIONS, updated_member
from stytch_b2b_async.emulator.rules.sessions.authorization import MEMBER, actor_of, authorize, require_each
from stytch_b2b_async.models.member import Member

from . import addresses, connected_apps, deletions, search

__all__ = ["addresses", "connected_apps", "deletions", "search"]


@handles(Create)
def create(project: Project, request: Create) -> MemberResponse:
    """Add a member."""
    organization = project.organizations.find(request.organization_id)
    actor = actor_of(project, request.authorization, organization)
    if actor:
        actor.require(MEMBER, "create")
        actor.forbid_trusted_metadata(request.trusted_metadata)
    new = NewMember(
        email=request.email_address,
        status="pending" if request.create_member_as_pending else "active",
        name=request.name or "",
        external_id=request.external_id or None,
        is_breakglass=bool(request.is_breakglass),
        mfa_enrolled=bool(request.mfa_enrolled),
        mfa_phone_number=request.mfa_phone_number or "",
        roles=list(request.roles or ()),
        trusted_metadata=request.trusted_metadata,
        untrusted_metadata=request.untrusted_metadata,
    )
    return member_response(project, add_member(project, organization, new))


@handles(Get)
def get(project: Project, request: Get) -> MemberResponse:
    """Get a member by id or email address."""
    if bool(request.member_id) == bool(request.email_address):
        raise EmulatedError("invalid_member_get_fields", "Give member_id or email_address, and not both.")
    organization = project.organizations.find(request.organization_id)
    if request.member_id:
        return member_response(project, project.members.find(organization, request.member_id))
    found = project.members.with_address(organization, request.email_address or "")
    if found is None:
        raise missing("member")
    return member_response(project, found)


@handles(DangerouslyGet)
def dangerously_get(project: Project, request: DangerouslyGet) -> MemberResponse:
    """Get a member of any organization by id."""
    return member_response(project, project.members.with_id(request.member_id, deleted=bool(request.include_deleted)))


@handles(Update)
def update(project: Project, request: Update) -> MemberResponse:
    """Update a member; with a member's session, each field needs an action of its own."""
    organization = project.organizations.find(request.organization_id)
    actor = actor_of(project, request.authorization, organization)
    member = project.members.find(organization, request.member_id)
    if actor:
        actor.forbid_trusted_metadata(request.trusted_metadata)
        if request.email_address is not None and actor.member.member_id == member.member_id:
            message = "Members change their own address by start_email_update."
            raise EmulatedError("member_cannot_update_their_email_address", message)
    require_each(actor, request, UPDATE_ACTIONS, about=member)
    member = updated_member(project, organization, member, request)
    if request.email_address:
        member = change_address(project, organization, member, request.email_address, retire=not request.unlink_email)
    return member_response(project, project.members.save(member))


@handles(Delete)
def delete(project: Project, request: Delete) -> DeleteResponse:
    """Delete a member; sessions and invitations end."""
    organization = project.organizations.find(request.organization_id)
    actor = actor_of(project, request.authorization, organization)
    member = project.members.find(organization, request.member_id)
    if actor:
        actor.require(MEMBER, "delete", about=member)
    end_member(project, organization, member)
    return DeleteResponse(**project.response_meta(), member_id=member.member_id)


@handles(Reactivate)
def reactivate(project: Project, request: Reactivate) -> MemberResponse:
    """Bring a deleted member back, if the email address was verified and is free."""
    organization = project.organizations.find(request.organization_id)
    authorize(project, request.authorization, organization, MEMBER, "create")
    member = project.members.with_id(request.member_id, deleted=True)
    if member.organization_id != organization.organization_id:
        raise missing("member")
    return member_response(project, bring_back(project, organization, member))


def member_response(project: Project, member: Member) -> MemberResponse:
    """Answer with a member and their organization."""
    organization = project.organizations.find(member.organization_id)
    return MemberResponse(**project.response_meta(), member_id=member.member_id, member=member, organization=organization)
