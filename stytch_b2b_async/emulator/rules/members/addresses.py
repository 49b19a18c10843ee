"""Changing a member's email address."""

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.validators import check_email
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member, RetiredEmail
from stytch_b2b_async.models.organization import Organization


def change_address(
    project: Project, organization: Organization, member: Member, email: str, *, retire: bool = True, verified: bool = False
) -> Member:
    """Give a member another address, and return the member, not saved yet.

    The password is deleted, and mailed links and codes end; the old address stays reserved, unless it shall not `retire`.
    """
    check_email(email)
    if email.lower() == member.email_address.lower():
        return evolve(member, email_address=email)
    check_address_is_free(project, organization, member, email)
    own = next((each for each in member.retired_email_addresses if each.email_address.lower() == email.lower()), None)
    retired = [each for each in member.retired_email_addresses if each is not own]
    if retire:
        retired.append(RetiredEmail(email_id=project.members.email_id(member), email_address=member.email_address))
    if not project.settings.cross_organization_passwords:
        project.passwords.delete(member.email_address, organization)
    project.mailed_tokens.delete_all(member)
    project.passcodes.delete_all(member)
    project.email_updates.delete(member)
    project.members.set_email_id(member, own.email_id if own else project.new_id("email"))
    return evolve(
        member,
        email_address=email,
        email_address_verified=verified,
        member_password_id="",
        retired_email_addresses=retired,
    )


def check_address_is_free(project: Project, organization: Organization, member: Member | None, email: str) -> None:
    """Reject an address that another member has or had, or whose domain another organization claims."""
    if project.members.with_address(organization, email):
        raise EmulatedError("duplicate_member_email", "The organization has a member with this address.")
    holder = project.members.with_retired_address(organization, email)
    if holder is not None and (member is None or holder != member.member_id):
        error_type = "retired_member_email" if member is None else "desired_email_deactivated_by_different_member"
        raise EmulatedError(error_type, "The address is a retired one of another member.")
    claimed = project.organizations.claiming(email.rpartition("@")[2])
    if claimed not in {None, organization.organization_id}:
        raise EmulatedError("action_not_allowed_email_domain_is_claimed", "Another organization claims the address's domain.")
