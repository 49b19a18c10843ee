"""Deleting members, and bringing them back."""

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from .updates import default_method


def end_member(project: Project, organization: Organization, member: Member) -> None:
    """Delete a member: sessions, mailed tokens, codes and authenticator app end, and the address is free for somebody else."""
    project.sessions.revoke_all(member.member_id)
    project.intermediate_sessions.delete_all(member)
    project.mailed_tokens.delete_all(member)
    project.passcodes.delete_all(member)
    project.email_updates.delete(member)
    project.totps.delete(member)
    project.app_grants.revoke_all(member.member_id)
    if not project.settings.cross_organization_passwords:
        project.passwords.delete(member.email_address, organization)
        member = evolve(member, member_password_id="")
    project.members.save(default_method(evolve(member, status="deleted", totp_registration_id="")))


def bring_back(project: Project, organization: Organization, member: Member) -> Member:
    """Make a deleted member active again."""
    if member.status != "deleted":
        raise EmulatedError("no_deleted_member_found_for_reactivation", "The member is not deleted.")
    if not member.email_address_verified:
        raise EmulatedError("email_unverified_for_reactivation", "The member's address was never verified.")
    holder = project.members.with_address(organization, member.email_address)
    if holder or project.members.with_retired_address(organization, member.email_address):
        message = "The member's address belongs to another member now."
        raise EmulatedError("reactivation_email_belongs_to_another_member", message)
    if member.external_id and project.members.has_external_id(organization, member.external_id):
        member = evolve(member, external_id=None)
    if member.mfa_phone_number and project.members.with_phone_number(organization, member.mfa_phone_number):
        member = evolve(member, mfa_phone_number="", mfa_phone_number_verified=False)
    retired = [
        each
        for each in member.retired_email_addresses
        if not project.members.with_address(organization, each.email_address)
        and not project.members.with_retired_address(organization, each.email_address)
    ]
    return project.members.save(evolve(member, status="active", retired_email_addresses=retired))
