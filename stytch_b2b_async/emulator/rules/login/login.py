"""Logging in: from an authenticated factor to a session, or to an intermediate session for the next factor."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

import attrs

from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.sessions.jwts import mint
from stytch_b2b_async.emulator.rules.sessions.sessions import SessionRequest, refresh_session, start_session, with_factor
from stytch_b2b_async.emulator.state.intermediate_sessions import IntermediateSession
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.mfa import MfaRequired, PrimaryRequired
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor, MemberSession

from .factors import verifies_email
from .intermediate import expiry
from .lockout import clear_failures, require_unlocked
from .registrations import with_registrations
from .requirements import initiate_second_factor, mfa_required, needs_second_factor, primary_required


class MFALogin(TypedDict):
    """The fields of every login response."""

    member_id: str
    member: Member
    organization: Organization
    session_token: str
    session_jwt: str
    member_session: MemberSession | None
    member_authenticated: bool
    intermediate_session_token: str
    intermediate_session_token_expires_at: datetime | None
    mfa_required: MfaRequired | None


class Login(MFALogin):
    """The fields of a login response that may also lack a primary factor."""

    primary_required: PrimaryRequired | None


def log_in(
    project: Project,
    organization: Organization,
    member: Member,
    factor: AuthenticationFactor | None,
    wanted: SessionRequest,
    *,
    carried: Sequence[AuthenticationFactor] = (),
    intermediate: IntermediateSession | None = None,
    ends_sessions: bool = False,
    lacks_primary: PrimaryRequired | None = None,
) -> Login:
    """Start a session for a member who authenticated a factor, unless another factor is required.

    An existing session of the member is extended, and no second factor is required; one of another member is ignored.
    `carried` and `intermediate` have factors from before; without a `factor`, they are all. With `ends_sessions`, all sessions of
    the member are revoked, and a new one gets the existing session's factors. `lacks_primary` stops the login in any case.
    """
    require_unlocked([member])
    existing = wanted.session if wanted.session and wanted.session.member_id == member.member_id else None
    if ends_sessions:
        project.sessions.revoke_all(member.member_id)
    factors = [*(existing.authentication_factors if existing else []), *carried, *(intermediate.factors if intermediate else [])]
    factors = merged_factors([*factors, factor] if factor else factors)
    primary = lacks_primary or primary_required(organization, member, factors)
    if primary is None:
        clear_failures(project, [member])
        member = with_registrations(project, _activated(project, member), factors)
    second = existing is None and needs_second_factor(organization, member, factors)
    if primary or second:
        held = _held(project, organization, member, factors, intermediate, binds=factor is not None)
        return _stopped(project, organization, member, held, primary, second=second)
    if intermediate:
        project.intermediate_sessions.consume(intermediate)
    if existing and not ends_sessions:
        session, token = refresh_session(project, organization, member, existing, wanted, factors=factors), wanted.token
    else:
        session, token = start_session(project, organization, member, factors, wanted)
    return logged_in(project, organization, member, session, token)


def logged_in(project: Project, organization: Organization, member: Member, session: MemberSession, token: str) -> Login:
    """Answer with a session and a new JWT."""
    return {
        "member_id": member.member_id,
        "member": member,
        "organization": organization,
        "session_token": token,
        "session_jwt": mint(project, session, organization),
        "member_session": session,
        "member_authenticated": True,
        "intermediate_session_token": "",
        "intermediate_session_token_expires_at": None,
        "mfa_required": None,
        "primary_required": None,
    }


def merged_factors(factors: Sequence[AuthenticationFactor]) -> list[AuthenticationFactor]:
    """Return factors without older ones of the same kind."""
    merged: list[AuthenticationFactor] = []
    for factor in factors:
        merged = with_factor(merged, factor)
    return merged


def without_primary(login: Login) -> MFALogin:
    """Return the fields of a response that cannot lack a primary factor."""
    return {
        "member_id": login["member_id"],
        "member": login["member"],
        "organization": login["organization"],
        "session_token": login["session_token"],
        "session_jwt": login["session_jwt"],
        "member_session": login["member_session"],
        "member_authenticated": login["member_authenticated"],
        "intermediate_session_token": login["intermediate_session_token"],
        "intermediate_session_token_expires_at": login["intermediate_session_token_expires_at"],
        "mfa_required": login["mfa_required"],
    }


def _activated(project: Project, member: Member) -> Member:
    if member.status in {"pending", "invited"}:
        return project.members.save(evolve(member, status="active"))
    return member


def _held(
    project: Project,
    organization: Organization,
    member: Member,
    factors: list[AuthenticationFactor],
    intermediate: IntermediateSession | None,
    *,
    binds: bool,
) -> IntermediateSession:
    """Store the factors for the next call; a new factor is the member's own, and binds them to the organization."""
    verified = any(verifies_email(factor) for factor in factors)
    if intermediate is None:
        return project.intermediate_sessions.start(
            member.email_address, factors, member.member_id, organization.organization_id, email_verified=verified
        )
    held = attrs.evolve(intermediate, factors=factors, email_verified=intermediate.email_verified or verified)
    if binds:
        held = attrs.evolve(held, member_id=member.member_id, organization_id=organization.organization_id)
    project.intermediate_sessions.save(held)
    return held


def _stopped(
    project: Project,
    organization: Organization,
    member: Member,
    held: IntermediateSession,
    primary: PrimaryRequired | None,
    *,
    second: bool,
) -> Login:
    initiated = initiate_second_factor(project, organization, member) if second and primary is None else None
    return {
        "member_id": member.member_id,
        "member": member,
        "organization": organization,
        "session_token": "",
        "session_jwt": "",
        "member_session": None,
        "member_authenticated": False,
        "intermediate_session_token": held.token,
        "intermediate_session_token_expires_at": expiry(held),
        "mfa_required": mfa_required(member, initiated=initiated) if second else None,
        "primary_required": primary,
    }
