"""Whom a login mail goes to: a member, or somebody who becomes one by just-in-time provisioning."""

from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.members.new_members import NewMember, add_member
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from .joining import require_email_jit


def member_to_mail(project: Project, organization: Organization, email: str) -> tuple[Member, bool]:
    """Return the member with an address, and whether they were added just now: pending, if the organization admits the address."""
    member = project.members.with_address(organization, email)
    if member is not None:
        return member, False
    require_email_jit(organization, email)
    return add_member(project, organization, NewMember(email=email, status="pending")), True
