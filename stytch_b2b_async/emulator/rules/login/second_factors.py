"""Second factors: what a call proves beside its code, and what a code that is right does."""

from collections.abc import Sequence
from typing import Any

import attrs

from stytch_b2b_async.api._shared.factor_params import FactorProofParams, MemberLoginParams, MFAEnrollmentParams
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.sessions.jwts import mint
from stytch_b2b_async.emulator.rules.sessions.sessions import (
    SessionRequest,
    find_session,
    refresh_session,
    session_request,
    start_session,
)
from stytch_b2b_async.emulator.rules.sessions.starting import Started
from stytch_b2b_async.emulator.state.intermediate_sessions import IntermediateSession
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor, MemberSession

from .factors import mfa_method
from .intermediate import intermediate_of
from .lockout import clear_failures, require_unlocked
from .login import merged_factors
from .requirements import primary_required, require_mfa_method


@attrs.frozen(kw_only=True)
class Attempt:
    """A member who has authenticated a first factor, and brings a second one."""

    organization: Organization
    member: Member
    wanted: SessionRequest
    intermediate: IntermediateSession | None
    """None if the call was made with a session."""


def attempt_of(project: Project, request: MemberLoginParams[Any], method: str) -> Attempt:
    """Read who brings a second factor; reject a call without exactly one intermediate session or session of the member."""
    _check_tokens(request)
    wanted = session_request(project, request)
    organization = project.organizations.find(request.organization_id)
    member = project.members.find(organization, request.member_id)
    intermediate, session = _proof(project, organization, member, request)
    if intermediate is None and session is None:
        raise EmulatedError("no_session_arguments", "Give intermediate_session_token, session_token or session_jwt.")
    if member.status != "active":
        raise _inactive()
    require_unlocked([member])
    require_mfa_method(organization, member, method)
    if intermediate and primary_required(organization, member, intermediate.factors):
        message = "The organization requires another primary factor first."
        raise EmulatedError("action_available_only_once_primary_authentication_is_met", message)
    return Attempt(organization=organization, member=member, wanted=wanted, intermediate=intermediate)


def complete(project: Project, attempt: Attempt, member: Member, factor: AuthenticationFactor) -> Started:
    """Start a session with the factors so far and a second one, or add it to the session of the call; save the member."""
    organization, wanted = attempt.organization, attempt.wanted
    if organization.mfa_policy == "REQUIRED_FOR_ALL":
        member = evolve(member, mfa_enrolled=True)
    member = project.members.save(member)
    clear_failures(project, [member])
    if attempt.intermediate:
        project.intermediate_sessions.consume(attempt.intermediate)
    if wanted.session:
        factors = merged_factors([*wanted.session.authentication_factors, factor])
        session, token = refresh_session(project, organization, member, wanted.session, wanted, factors=factors), wanted.token
    else:
        carried = attempt.intermediate.factors if attempt.intermediate else []
        session, token = start_session(project, organization, member, merged_factors([*carried, factor]), wanted)
    return {
        "member_id": member.member_id,
        "member": member,
        "organization": organization,
        "member_session": session,
        "session_token": token,
        "session_jwt": mint(project, session, organization),
    }


def enrolled(request: MFAEnrollmentParams[Any], member: Member, method: str) -> Member:
    """Return a member whose enrollment is as requested, and whose default method is set by their first second factor."""
    wanted = request.set_mfa_enrollment
    if wanted and wanted not in {"enroll", "unenroll"}:
        raise EmulatedError("invalid_argument", "set_mfa_enrollment must be enroll or unenroll.")
    if wanted:
        member = evolve(member, mfa_enrolled=wanted == "enroll")
    if request.set_default_mfa or not member.default_mfa_method:
        member = evolve(member, default_mfa_method=method)
    return member


def check_may_register(
    project: Project, organization: Organization, member: Member, request: FactorProofParams[Any], method: str, *, new: bool = True
) -> None:
    """Reject the call of somebody who may not register a second factor for the member, or send a code for an existing one.

    Who has a second factor may not register another (`new`) without a session that holds it, since that would bypass MFA.
    """
    _check_tokens(request)
    intermediate, session = _proof(project, organization, member, request)
    if member.status != "active":
        raise _inactive()
    require_mfa_method(organization, member, method)
    if not new or not (member.totp_registration_id or member.mfa_phone_number_verified):
        return
    factors: Sequence[AuthenticationFactor] = ()
    if session:
        factors = session.authentication_factors
    elif intermediate:
        factors = intermediate.factors
    if not any(mfa_method(factor) for factor in factors):
        message = "The member has a second factor: give a session that holds it."
        raise EmulatedError("no_associated_session_passed_in", message)


def _check_tokens(request: FactorProofParams[Any] | MemberLoginParams[Any]) -> None:
    tokens = (request.intermediate_session_token, request.session_token, request.session_jwt)
    if sum(1 for token in tokens if token) > 1:
        message = "Give one of intermediate_session_token, session_token and session_jwt."
        raise EmulatedError("too_many_session_arguments", message)


def _proof(
    project: Project, organization: Organization, member: Member, request: FactorProofParams[Any] | MemberLoginParams[Any]
) -> tuple[IntermediateSession | None, MemberSession | None]:
    if request.intermediate_session_token:
        return intermediate_of(project, organization, member, request.intermediate_session_token), None
    if not request.session_token and not request.session_jwt:
        return None, None
    session = find_session(project, request.session_token or None, request.session_jwt or None)
    if session.member_id != member.member_id:
        raise EmulatedError("member_session_member_id_mismatch", "The session is another member's.")
    return None, session


def _inactive() -> EmulatedError:
    return EmulatedError("action_available_only_for_active_members", "The member is not active.")
