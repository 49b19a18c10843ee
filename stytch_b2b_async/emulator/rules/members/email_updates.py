"""Changes of a member's email address by a link or a code to the new one."""

from typing import Final

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from .addresses import change_address, check_address_is_free

UPDATE_MINUTES: Final = 5


def begin_update(project: Project, organization: Organization, member: Member, email: str) -> None:
    """Begin a change, in place of one before it; reject one that cannot be made: of whom, or to what address."""
    if member.status != "active":
        raise EmulatedError("email_updates_available_only_for_active_members", "The member is not active.")
    if not member.email_address_verified:
        raise EmulatedError("member_has_no_active_verified_email", "The member's address was never verified.")
    check_address_is_free(project, organization, member, email)
    other = member_changing_to(project, organization, email)
    if other and other.member_id != member.member_id and project.email_updates.is_current(other, email):
        message = "Another member is changing their address to this one."
        raise EmulatedError("desired_email_updating_for_different_member", message)
    project.email_updates.start(member, email, UPDATE_MINUTES)


def member_changing_to(project: Project, organization: Organization, email: str) -> Member | None:
    """Return the member who began to change to an address last, if there is one; the change may have expired."""
    member_id = project.email_updates.member_id(organization, email)
    return project.members.with_id(member_id) if member_id else None


def finish_update(project: Project, organization: Organization, member: Member, email: str) -> Member:
    """Give a member the address that a link or a code has verified, unless it was taken meanwhile."""
    try:
        return change_address(project, organization, member, email, verified=True)
    except EmulatedError:
        message = "The address can no longer become the member's."
        raise EmulatedError("unable_to_verify_member_email_update", message) from None
