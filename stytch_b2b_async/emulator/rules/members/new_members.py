"""Adding members to an organization."""

from collections.abc import Mapping
from typing import Any

import attrs

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.identifiers import check_external_id
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.validators import check_email, check_metadata, check_phone_number, drop_nulls
from stytch_b2b_async.emulator.state.roles import assigned, check_roles
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from .addresses import check_address_is_free


@attrs.frozen(kw_only=True)
class NewMember:
    """What is known of somebody who becomes a member."""

    email: str
    email_verified: bool = False
    status: str = "active"
    name: str = ""
    external_id: str | None = None
    is_breakglass: bool = False
    mfa_enrolled: bool = False
    mfa_phone_number: str = ""
    mfa_phone_number_verified: bool = False
    roles: list[str] = attrs.field(factory=list[str])
    trusted_metadata: Mapping[str, Any] | None = None
    untrusted_metadata: Mapping[str, Any] | None = None
    knows_shared_password: bool = True
    """Whether a password that the person has for other organizations is good for this one."""


def add_member(project: Project, organization: Organization, new: NewMember) -> Member:
    """Add a member, unless their data is invalid, or already taken."""
    _check(project, organization, new)
    shared = project.settings.cross_organization_passwords and new.knows_shared_password
    password = project.passwords.password(new.email, None) if shared else None
    member = Member(
        organization_id=organization.organization_id,
        member_id=project.new_id("member"),
        email_address=new.email,
        status=new.status,
        name=new.name,
        sso_registrations=[],
        is_breakglass=new.is_breakglass,
        member_password_id=password.password_id if password else "",
        oauth_registrations=[],
        email_address_verified=new.email_verified,
        mfa_phone_number_verified=new.mfa_phone_number_verified,
        is_admin=False,
        totp_registration_id="",
        retired_email_addresses=[],
        is_locked=False,
        mfa_enrolled=new.mfa_enrolled,
        mfa_phone_number=new.mfa_phone_number,
        default_mfa_method="",
        roles=assigned(new.roles),
        trusted_metadata=drop_nulls(new.trusted_metadata),
        untrusted_metadata=drop_nulls(new.untrusted_metadata),
        external_id=new.external_id,
    )
    return project.members.add(member, project.new_id("email"))


def _check(project: Project, organization: Organization, new: NewMember) -> None:
    check_email(new.email)
    check_phone_number(new.mfa_phone_number)
    check_metadata(new.trusted_metadata)
    check_metadata(new.untrusted_metadata)
    check_roles(new.roles, project.settings, organization)
    if new.external_id:
        check_external_id("external_id", new.external_id, "invalid_id")
    check_address_is_free(project, organization, None, new.email)
    if new.external_id and project.members.has_external_id(organization, new.external_id):
        raise EmulatedError("duplicate_member_external_id", "The organization has a member with this external id.")
    if new.mfa_phone_number and project.members.with_phone_number(organization, new.mfa_phone_number):
        raise EmulatedError("duplicate_member_phone_number", "The organization has a member with this phone number.")
