"""Members' accounts at OAuth providers: which are known to be theirs."""

from collections.abc import Sequence
from typing import Final

from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.factors import OAuthFactor
from stytch_b2b_async.models.member import Member, OAuthRegistration
from stytch_b2b_async.models.session import AuthenticationFactor

from .factors import verifies_email

PROVIDERS: Final = {
    "google": "Google",
    "microsoft": "Microsoft",
    "github": "Github",
    "slack": "Slack",
    "hubspot": "Hubspot",
}
"""Provider → its name in `provider_type`."""


def registration_of(member: Member, provider: str, subject: str) -> OAuthRegistration | None:
    """Return the member's registration of an account, if there is one."""
    for registration in member.oauth_registrations:
        if (registration.provider_type, registration.provider_subject) == (PROVIDERS.get(provider), subject):
            return registration
    return None


def proves_member(member: Member | None, factor: AuthenticationFactor) -> bool:
    """Return whether a factor shows who somebody is: an account whose provider verifies no addresses only if it is registered."""
    account = _account(factor)
    if account is None or verifies_email(factor):
        return True
    provider, details = account
    return member is not None and registration_of(member, provider, details.provider_subject) is not None


def with_registrations(project: Project, member: Member, factors: Sequence[AuthenticationFactor]) -> Member:
    """Register the accounts of an authenticated member."""
    new: list[OAuthRegistration] = []
    for provider, details in filter(None, map(_account, factors)):
        if registration_of(member, provider, details.provider_subject) is None:
            new.append(
                OAuthRegistration(
                    provider_type=PROVIDERS[provider],
                    provider_subject=details.provider_subject,
                    member_oauth_registration_id=details.id,
                    profile_picture_url=None,
                    locale=None,
                )
            )
    return project.members.save(evolve(member, oauth_registrations=[*member.oauth_registrations, *new])) if new else member


def _account(factor: AuthenticationFactor) -> tuple[str, OAuthFactor] | None:
    if factor.type != "oauth":
        return None
    for provider in PROVIDERS:
        details: OAuthFactor | None = getattr(factor, f"{provider}_oauth_factor")
        if details is not None:
            return provider, details
    return None
