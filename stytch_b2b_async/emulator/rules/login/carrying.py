"""Factors that count in other organizations than the one they were authenticated in."""

from collections.abc import Sequence
from typing import Final

from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.session import AuthenticationFactor

_OF_THE_PERSON: Final = {"magic_link", "email_otp", "oauth"}
"""Factors that prove an email address, whatever the organization."""


def carried_factors(
    project: Project, factors: Sequence[AuthenticationFactor], owner: Member, member: Member
) -> list[AuthenticationFactor]:
    """Return the factors that also count for the member of the other organization, primary ones last."""
    if owner.member_id == member.member_id:
        return list(factors)
    shared = {*_OF_THE_PERSON, *(["password"] if project.settings.cross_organization_passwords else [])}
    primary = [factor for factor in factors if factor.type in shared]
    texted = [factor for factor in factors if _is_same_phone(factor, member)]
    return [*texted, *primary] if primary else []


def factors_of_person(factors: Sequence[AuthenticationFactor]) -> list[AuthenticationFactor]:
    """Return the factors that prove an email address: those that an intermediate session takes to another organization."""
    return [factor for factor in factors if factor.type in _OF_THE_PERSON]


def _is_same_phone(factor: AuthenticationFactor, member: Member) -> bool:
    phone = factor.phone_number_factor
    return phone is not None and phone.phone_number == member.mfa_phone_number and member.mfa_phone_number_verified
