"""Passwords: strength check, authentication and migration."""

from typing import Any

from stytch_b2b_async.api.passwords import (
    Authenticate,
    Migrate,
    MigrateResponse,
    PasswordLoginResponse,
    StrengthCheck,
    StrengthCheckResponse,
)
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.factors import password_factor
from stytch_b2b_async.emulator.rules.login.intermediate import intermediate_of
from stytch_b2b_async.emulator.rules.login.login import log_in
from stytch_b2b_async.emulator.rules.login.mail import check_locale
from stytch_b2b_async.emulator.rules.login.requirements import require_method
from stytch_b2b_async.emulator.rules.members.new_members import NewMember, add_member
from stytch_b2b_async.emulator.rules.members.updates import new_roles
from stytch_b2b_async.emulator.rules.passwords.checking import check_members_password
from stytch_b2b_async.emulator.rules.passwords.migrated_hashes import stored_form
from stytch_b2b_async.emulator.rules.passwords.strength import is_breached, strength_of
from stytch_b2b_async.emulator.rules.sessions.sessions import session_request
from stytch_b2b_async.emulator.rules.validators import check_email, check_phone_number, merged_metadata
from stytch_b2b_async.emulator.state.passwords import Password
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from . import discovery, email, existing_password, sessions

__all__ = ["discovery", "email", "existing_password", "sessions"]


@handles(StrengthCheck)
def strength_check(project: Project, request: StrengthCheck) -> StrengthCheckResponse:
    """Check a password's strength; breaches count only if the email address is given."""
    settings = project.settings
    strength = strength_of(project, request.password, request.email_address)
    breached = settings.breach_detection_on_create and is_breached(request.password, settings)
    return StrengthCheckResponse(
        **project.response_meta(),
        valid_password=strength.valid and not (breached and request.email_address),
        score=strength.score,
        breached_password=breached,
        strength_policy=settings.strength_policy,
        breach_detection_on_create=settings.breach_detection_on_create,
        luds_feedback=strength.luds,
        zxcvbn_feedback=strength.zxcvbn,
    )


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> PasswordLoginResponse:
    """Log a member in with a password."""
    check_email(request.email_address)
    check_locale(request.locale)
    wanted = session_request(project, request)
    organization = project.organizations.find(request.organization_id)
    member = project.members.with_address(organization, request.email_address)
    if member is None:
        raise missing("member")
    require_method(organization, member, "password")
    intermediate = intermediate_of(project, organization, member, request.intermediate_session_token)
    check_members_password(project, organization, member, request.password)
    login = log_in(project, organization, member, password_factor(project), wanted, intermediate=intermediate)
    return PasswordLoginResponse(**project.response_meta(), **login, organization_id=organization.organization_id)


@handles(Migrate)
def migrate(project: Project, request: Migrate) -> MigrateResponse:
    """Migrate a hash as a member's password; create the member if necessary."""
    check_email(request.email_address)
    stored = stored_form(project, request)
    organization = project.organizations.find(request.organization_id)
    found = project.members.with_address(organization, request.email_address)
    if found and found.member_password_id:
        raise EmulatedError("password_already_exists", "The member has a password.")
    member = _updated(project, organization, found, request) if found else _created(project, organization, request)
    # Shared passwords are also migrated organization by organization.
    password = Password(project.new_id("member-password"), stored)
    project.passwords.put(member.email_address, organization, password)
    member = project.members.save(evolve(member, member_password_id=password.password_id, email_address_verified=True))
    return MigrateResponse(
        **project.response_meta(),
        member_id=member.member_id,
        member=member,
        organization=organization,
        member_created=found is None,
    )


def _created(project: Project, organization: Organization, request: Migrate) -> Member:
    new = NewMember(
        email=request.email_address,
        email_verified=True,
        name=request.name or "",
        external_id=request.external_id or None,
        mfa_phone_number=request.mfa_phone_number or "",
        mfa_phone_number_verified=bool(request.mfa_phone_number and request.set_phone_number_verified),
        roles=list(request.roles or ()),
        trusted_metadata=request.trusted_metadata,
        untrusted_metadata=request.untrusted_metadata,
        knows_shared_password=False,
    )
    return add_member(project, organization, new)


def _updated(project: Project, organization: Organization, member: Member, request: Migrate) -> Member:
    check_phone_number(request.mfa_phone_number)
    changes: dict[str, Any] = {
        "trusted_metadata": merged_metadata(member.trusted_metadata, request.trusted_metadata),
        "untrusted_metadata": merged_metadata(member.untrusted_metadata, request.untrusted_metadata),
    }
    if request.name:
        changes["name"] = request.name
    if request.roles is not None:
        keeps_sessions = bool(request.preserve_existing_sessions)
        changes["roles"] = new_roles(project, organization, member, list(request.roles), keeps_sessions=keeps_sessions)
    if request.mfa_phone_number:
        changes["mfa_phone_number"] = _phone_number(project, organization, member, request.mfa_phone_number)
        changes["mfa_phone_number_verified"] = member.mfa_phone_number_verified or bool(request.set_phone_number_verified)
    return evolve(member, **changes)


def _phone_number(project: Project, organization: Organization, member: Member, number: str) -> str:
    if member.mfa_phone_number not in {"", number}:
        raise EmulatedError("duplicate_member_phone_number_for_member", "The member has another phone number.")
    holder = project.members.with_phone_number(organization, number)
    if holder and holder.member_id != member.member_id:
        raise EmulatedError("duplicate_member_phone_number", "The organization has a member with this phone number.")
    return number
