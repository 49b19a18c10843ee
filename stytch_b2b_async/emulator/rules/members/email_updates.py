"""Changes of a member's email address by a link to the new one."""

from typing import Final

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from .addresses import change_address, check_address_is_free

UPDATE_MINUTES: Final = 5


def check_update(project: Project, organization: Organization, member: Member, email: str) -> None:
    """Reject a change that cannot be made: of whom, or to what address."""
    if member.status != "active":
        raise EmulatedError("email_updates_available_only_for_active_members", "The member is not active.")
    if not member.email_address_verified:
        raise EmulatedError("member_has_no_active_verified_email", "The member's address was never verified.")
    check_address_is_free(project, organization, member, email)
    for member_id in project.mailed_tokens.members_awaiting("email_update", email):
        other = project.members.with_id(member_id, deleted=True)
        if other.organization_id == organization.organization_id and other.member_id != member.member_id:
            message = "Another member is changing their address to this one."
            raise EmulatedError("desired_email_updating_for_different_member", message)


def finish_update(project: Project, organization: Organization, member: Member, email: str) -> Member:
    """Give a member the address that a link has verified, unless it was taken meanwhile."""
    try:
        return change_address(project, organization, member, email, verified=True)
    except EmulatedError:
        message = "The address can no longer become the member's."
        raise EmulatedError("unable_to_verify_member_email_update", message) from None
