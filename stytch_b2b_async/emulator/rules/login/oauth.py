"""Logging in through an OAuth provider: providers, registrations, and who may join."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.identifiers import digest
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.identities import Identity
from stytch_b2b_async.emulator.state.intermediate_sessions import IntermediateSession
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.factors import OAuthFactor
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.oauth import ProviderValues
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor

from .factors import verifies_email
from .joining import join
from .registrations import PROVIDERS

TENANT_PROVIDERS: Final = frozenset({"github", "slack", "hubspot"})
"""Providers with tenants, such as workspaces; they do not verify email addresses."""

ACCESS_TOKEN_LIFE: Final = timedelta(hours=1)
SCOPES: Final = ["openid", "email", "profile"]


def check_provider(provider: str) -> str:
    """Return the name of a provider; reject an unknown one."""
    if provider not in PROVIDERS:
        raise EmulatedError("invalid_oauth_provider", f"The provider must be one of {', '.join(PROVIDERS)}.")
    return PROVIDERS[provider]


def oauth_factor(project: Project, identity: Identity, registration_id: str) -> AuthenticationFactor:
    """Create the factor of a login at a provider."""
    now = project.clock.now()
    details: dict[str, Any] = {
        f"{identity.source}_oauth_factor": OAuthFactor(id=registration_id, provider_subject=identity.subject)
    }
    return AuthenticationFactor(
        type="oauth",
        delivery_method=f"oauth_{identity.source}",
        last_authenticated_at=now,
        created_at=now,
        updated_at=now,
        **details,
    )


def oauth_member(project: Project, organization: Organization, identity: Identity, factor: AuthenticationFactor) -> Member:
    """Return the member with the address of an identity, who may join just in time."""
    member = project.members.with_address(organization, identity.email)
    if member is None:
        person = IntermediateSession(
            token="",
            email=identity.email,
            member_id=None,
            organization_id=None,
            factors=[factor],
            email_verified=verifies_email(factor),
            oauth_tenants=oauth_tenants(identity),
            expires_at=0,
        )
        member = join(project, organization, person)
    if verifies_email(factor) and not member.email_address_verified:
        member = project.members.save(evolve(member, email_address_verified=True))
    return member


def oauth_tenants(identity: Identity) -> Mapping[str, Sequence[str]]:
    """Return the tenants by which somebody may join organizations."""
    return {identity.source: identity.tenants} if identity.tenants and identity.source in TENANT_PROVIDERS else {}


def made_up(kind: str, registration_id: str) -> str:
    """Return a token of a provider: made up, always the same for a registration."""
    return f"emulated-{kind}-{digest(f'{kind} {registration_id}')[:32]}"


def provider_values(project: Project, registration_id: str) -> ProviderValues:
    """Return the tokens of a login: made up."""
    return ProviderValues(
        scopes=SCOPES,
        access_token=made_up("access-token", registration_id),
        refresh_token=made_up("refresh-token", registration_id),
        id_token=made_up("id-token", registration_id),
        expires_at=project.clock.now() + ACCESS_TOKEN_LIFE,
    )
