"""Updating a member: which actions that needs, and what may change."""

from collections.abc import Mapping
from typing import Any, Final

from stytch_b2b_async.api.organizations.members import Update
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.identifiers import check_external_id
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.sessions.authorization import MEMBER, SELF
from stytch_b2b_async.emulator.rules.validators import check_metadata, check_phone_number, merged_metadata
from stytch_b2b_async.emulator.state.roles import assigned, check_roles, direct_roles
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member, MemberRole
from stytch_b2b_async.models.organization import Organization

UPDATE_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("update.info.name", MEMBER, SELF),
    "untrusted_metadata": ("update.info.untrusted-metadata", MEMBER, SELF),
    "mfa_phone_number": ("update.info.mfa-phone", MEMBER, SELF),
    "mfa_enrolled": ("update.settings.mfa-enrolled", MEMBER, SELF),
    "default_mfa_method": ("update.settings.default-mfa-method", MEMBER, SELF),
    "email_address": ("update.info.email", MEMBER),
    "unlink_email": ("update.info.email", MEMBER),
    "external_id": ("update.info.external-id", MEMBER),
    "roles": ("update.settings.roles", MEMBER),
    "preserve_existing_sessions": ("update.settings.roles", MEMBER),
    "is_breakglass": ("update.settings.is-breakglass", MEMBER),
}
"""The action that each field of an update needs; what `stytch.self` allows, members may do to themselves."""


def updated_member(project: Project, organization: Organization, member: Member, request: Update) -> Member:
    """Return a member with the changes of a request, except for the email address."""
    changes: dict[str, Any] = {
        "untrusted_metadata": merged_metadata(member.untrusted_metadata, request.untrusted_metadata),
        "trusted_metadata": merged_metadata(member.trusted_metadata, request.trusted_metadata),
    }
    check_metadata(request.trusted_metadata)
    check_metadata(request.untrusted_metadata)
    for name in ("name", "is_breakglass", "mfa_enrolled"):
        if getattr(request, name) is not None:
            changes[name] = getattr(request, name)
    if request.external_id and request.external_id != member.external_id:
        changes["external_id"] = _free_external_id(project, organization, request.external_id)
    if request.mfa_phone_number and request.mfa_phone_number != member.mfa_phone_number:
        changes["mfa_phone_number"] = free_phone_number(project, organization, member, request.mfa_phone_number)
    if request.roles is not None:
        changes["roles"] = new_roles(
            project, organization, member, list(request.roles), keeps_sessions=bool(request.preserve_existing_sessions)
        )
    member = evolve(member, **changes)
    if request.default_mfa_method:
        member = evolve(member, default_mfa_method=_available(member, request.default_mfa_method))
    return member


def default_method(member: Member) -> Member:
    """Return a member whose default second factor is one that they have."""
    has = {"sms_otp": bool(member.mfa_phone_number), "totp": bool(member.totp_registration_id)}
    if has.get(member.default_mfa_method, True):
        return member
    return evolve(member, default_mfa_method=next((method for method, there in has.items() if there), ""))


def free_phone_number(project: Project, organization: Organization, member: Member, number: str) -> str:
    """Return a phone number for a member who has none; reject one that another member has."""
    check_phone_number(number)
    if member.mfa_phone_number:
        message = "The member has a phone number: delete it first."
        raise EmulatedError("duplicate_member_phone_number_for_member", message)
    if member.status != "active":
        raise EmulatedError("action_available_only_for_active_members", "The member is not active.")
    if project.members.with_phone_number(organization, number):
        raise EmulatedError("duplicate_member_phone_number", "The organization has a member with this phone number.")
    return number


def new_roles(
    project: Project, organization: Organization, member: Member, roles: list[str], *, keeps_sessions: bool
) -> list[MemberRole]:
    """Return a member's new roles; sessions by SSO end if a role is removed that a connection implies, unless they are kept."""
    check_roles(roles, project.settings, organization)
    removed = set(direct_roles(member)) - set(roles)
    implied = {role.role_id for role in member.roles for source in role.sources if source.type.startswith("sso_connection")}
    if removed & implied and not keeps_sessions:
        for session in project.sessions.of_member(member.member_id):
            if any(factor.saml_sso_factor or factor.oidc_sso_factor for factor in session.authentication_factors):
                project.sessions.revoke(session.member_session_id)
    return assigned(roles)


def _free_external_id(project: Project, organization: Organization, external_id: str) -> str:
    check_external_id("external_id", external_id, "invalid_id")
    if project.members.has_external_id(organization, external_id):
        raise EmulatedError("duplicate_member_external_id", "The organization has a member with this external id.")
    return external_id


def _available(member: Member, method: str) -> str:
    has = {"sms_otp": member.mfa_phone_number, "totp": member.totp_registration_id}
    if method not in has:
        raise EmulatedError("invalid_mfa_default_method", "default_mfa_method must be sms_otp or totp.")
    if not has[method]:
        raise EmulatedError("default_mfa_member_missing_factor", f"The member has not registered {method}.")
    return method
