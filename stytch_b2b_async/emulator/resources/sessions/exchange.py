"""Sessions of the same person in another organization."""

from collections.abc import Sequence
from typing import Final

from stytch_b2b_async.api._shared.responses import LoginResponse
from stytch_b2b_async.api.sessions import Exchange
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.login import log_in
from stytch_b2b_async.emulator.rules.sessions.sessions import find_session, owner_of, session_request
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.session import AuthenticationFactor

_OF_THE_PERSON: Final = {"magic_link", "email_otp", "oauth"}
"""Factors that prove an email address, whatever the organization."""


@handles(Exchange)
def exchange(project: Project, request: Exchange) -> LoginResponse:
    """Log the person of a session in to another organization, where they are a member or invited."""
    wanted = session_request(project, request)
    session = wanted.session or find_session(project, None, None)
    owner, _ = owner_of(project, session)
    organization = project.organizations.find(request.organization_id)
    member = project.members.with_address(organization, owner.email_address)
    if member is None:
        raise missing("member")
    factors = _carried(project, session.authentication_factors, owner, member)
    if not factors:
        message = "No factor of the session counts in another organization."
        raise EmulatedError("insufficient_factors_for_session_exchange", message)
    *others, last = factors
    login = log_in(project, organization, member, last, wanted, carried=others)
    return LoginResponse(**project.response_meta(), **login)


def _carried(
    project: Project, factors: Sequence[AuthenticationFactor], owner: Member, member: Member
) -> list[AuthenticationFactor]:
    """Return the factors that also count for the member of the other organization, primary ones last."""
    if owner.member_id == member.member_id:
        return list(factors)
    shared = {*_OF_THE_PERSON, *(["password"] if project.settings.cross_organization_passwords else [])}
    primary = [factor for factor in factors if factor.type in shared]
    texted = [factor for factor in factors if _is_same_phone(factor, member)]
    return [*texted, *primary] if primary else []


def _is_same_phone(factor: AuthenticationFactor, member: Member) -> bool:
    phone = factor.phone_number_factor
    return phone is not None and phone.phone_number == member.mfa_phone_number and member.mfa_phone_number_verified
