"""Members: create and get."""

from http import HTTPStatus

from stytch_b2b_async.api._shared.responses import MemberResponse
from stytch_b2b_async.api.organizations.members import Create, Get
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.members.new_members import NewMember, add_member
from stytch_b2b_async.emulator.rules.sessions.authorization import authorize


@handles(Create)
def create(project: Project, request: Create) -> MemberResponse:
    """Add a member."""
    organization = project.organizations.find(request.organization_id)
    actor = authorize(project, request.authorization, organization, "stytch.member", "create")
    if actor and request.trusted_metadata is not None:
        message = "Only the backend may write trusted metadata."
        raise EmulatedError("cannot_update_trusted_metadata", message, HTTPStatus.UNAUTHORIZED)
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
    member = add_member(project, organization, new)
    return MemberResponse(**project.response_meta(), member_id=member.member_id, member=member, organization=organization)


@handles(Get)
def get(project: Project, request: Get) -> MemberResponse:
    """Get a member by id or email address."""
    if bool(request.member_id) == bool(request.email_address):
        raise EmulatedError("invalid_member_get_fields", "Give member_id or email_address, and not both.")
    organization = project.organizations.find(request.organization_id)
    if request.member_id:
        member = project.members.find(organization, request.member_id)
    else:
        found = project.members.with_address(organization, request.email_address or "")
        if found is None:
            raise missing("member")
        member = found
    return MemberResponse(**project.response_meta(), member_id=member.member_id, member=member, organization=organization)
