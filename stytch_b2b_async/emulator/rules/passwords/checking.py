"""Checking and setting passwords."""

import attrs

from stytch_b2b_async.emulator.errors import EmulatedError, missing, unauthorized
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.login.lockout import clear_failures, record_failure, require_unlocked
from stytch_b2b_async.emulator.state.passwords import Password
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from .hashing import HashPassword, VerifyPassword
from .strength import check_new_password, is_breached, strength_of


def require_shared_passwords(project: Project) -> None:
    """Reject a call that needs passwords shared between organizations."""
    if not project.settings.cross_organization_passwords:
        raise EmulatedError("cross_org_passwords_not_enabled", "Passwords of this project belong to one organization each.")


def check_members_password(project: Project, organization: Organization, member: Member, password: str) -> None:
    """Check a member's password for a login, and that it need not be reset."""
    verify_members_password(project, organization, member, password)
    _refuse_unfit(project, member.email_address, organization, password)


def verify_members_password(project: Project, organization: Organization, member: Member, password: str) -> None:
    """Check a member's password, even if it must be reset."""
    require_unlocked([member])
    stored = project.passwords.password(member.email_address, organization) if member.member_password_id else None
    if stored is None:
        raise missing("member_password", "password of this member")
    _check(project, [member], stored, password)


def check_shared_password(project: Project, email: str, password: str) -> None:
    """Check the shared password of an email address."""
    members = project.members.sharing(email)
    require_unlocked(members)
    stored = project.passwords.password(email, None)
    if stored is None:  # the API's response is undocumented; this one does not reveal who has an account
        record_failure(project, members)
        raise unauthorized()
    _check(project, members, stored, password)
    _refuse_unfit(project, email, None, password)


def set_members_password(project: Project, organization: Organization, member: Member, password: str) -> Member:
    """Set a member's password; if passwords are shared, it is the person's in all organizations."""
    check_new_password(project, password, member.email_address)
    _keep(project, member.email_address, organization, password)
    return project.members.with_id(member.member_id)


def set_shared_password(project: Project, email: str, password: str) -> None:
    """Set the shared password of an email address."""
    check_new_password(project, password, email)
    _keep(project, email, None, password)


def delete_password(project: Project, email: str, organization: Organization | None) -> None:
    """Delete a password for all members who log in with it."""
    project.passwords.delete(email, organization)
    _name_password(project, email, organization, "")


def require_reset_of(project: Project, email: str) -> None:
    """Require a reset of the shared password of an email address."""
    stored = project.passwords.password(email, None)
    if stored is not None:
        project.passwords.put(email, None, attrs.evolve(stored, reset_required=True))


def _keep(project: Project, email: str, organization: Organization | None, password: str) -> None:
    hashed = project.computations.result(HashPassword(password))
    password_id = project.new_id("member-password")
    project.passwords.put(email, organization, Password(password_id, hashed))
    _name_password(project, email, organization, password_id)


def _name_password(project: Project, email: str, organization: Organization | None, password_id: str) -> None:
    for member in project.members.sharing(email):
        shared = project.settings.cross_organization_passwords
        if organization is None or shared or member.organization_id == organization.organization_id:
            project.members.save(evolve(member, member_password_id=password_id))


def _check(project: Project, members: list[Member], stored: Password, password: str) -> None:
    if not project.computations.result(VerifyPassword(stored.hash, password)):
        record_failure(project, members)
        raise unauthorized()
    clear_failures(project, members)


def _refuse_unfit(project: Project, email: str, organization: Organization | None, password: str) -> None:
    settings = project.settings
    stored = project.passwords.password(email, organization)
    breached = settings.breach_detection_on_authentication and is_breached(password, settings)
    stale = settings.validate_on_authentication and not strength_of(project, password, email).valid
    if breached or stale or (stored is not None and stored.reset_required):
        raise EmulatedError("member_reset_password", "The password must be reset before it can be used to log in.")
