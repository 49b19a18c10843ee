"""Organizations that a person can log in to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.sessions.sessions import owner_of
from stytch_b2b_async.emulator.state.intermediate_sessions import IntermediateSession
from stytch_b2b_async.models.discovery import DiscoveredOrganization, Membership
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor, MemberSession

from .carrying import carried_factors, factors_of_person
from .factors import verifies_email
from .intermediate import expiry
from .joining import joinable
from .requirements import mfa_required, needs_second_factor, primary_required


class Discovered(TypedDict):
    """The fields of a discovery login's response."""

    intermediate_session_token: str
    intermediate_session_token_expires_at: datetime | None
    email_address: str
    discovered_organizations: list[DiscoveredOrganization]


def discover(
    project: Project,
    email: str,
    factor: AuthenticationFactor,
    *,
    email_verified: bool | None = None,
    oauth_tenants: Mapping[str, Sequence[str]] | None = None,
) -> Discovered:
    """Start an intermediate session for an authenticated person, and list their organizations.

    `email_verified`: whether the factor has shown that the mailbox is theirs; default: by its kind.
    """
    verified = verifies_email(factor) if email_verified is None else email_verified
    intermediate = project.intermediate_sessions.start(email, [factor], email_verified=verified, oauth_tenants=oauth_tenants)
    return {
        "intermediate_session_token": intermediate.token,
        "intermediate_session_token_expires_at": expiry(intermediate),
        "email_address": email,
        "discovered_organizations": organizations_of_person(project, intermediate),
    }


def organizations_of_person(project: Project, person: IntermediateSession) -> list[DiscoveredOrganization]:
    """List the organizations that a person is a member of, is invited to, or may join."""
    found: list[DiscoveredOrganization] = []
    joined: set[str] = set()
    for member in project.members.sharing(person.email):
        joined.add(member.organization_id)
        organization = project.organizations.find(member.organization_id)
        found.append(_described(organization, _membership(member), counted_factors(person, organization)))
    for organization, membership in joinable(project, person):
        if organization.organization_id not in joined:
            found.append(_described(organization, membership, counted_factors(person, organization)))
    return found


def organizations_of_session(project: Project, session: MemberSession) -> tuple[str, list[DiscoveredOrganization]]:
    """Return the email address of a session's member, and the organizations that they are a member of or invited to."""
    owner, _ = owner_of(project, session)
    found: list[DiscoveredOrganization] = []
    for member in project.members.sharing(owner.email_address):
        organization = project.organizations.find(member.organization_id)
        if member.member_id == owner.member_id:  # has a session there
            found.append(
                DiscoveredOrganization(member_authenticated=True, organization=organization, membership=_membership(member))
            )
        else:
            factors = carried_factors(project, session.authentication_factors, owner, member)
            found.append(_described(organization, _membership(member), factors))
    return owner.email_address, found


def counted_factors(person: IntermediateSession, organization: Organization) -> list[AuthenticationFactor]:
    """Return the factors of an intermediate session that count in an organization."""
    if person.organization_id in {None, organization.organization_id}:
        return person.factors
    return factors_of_person(person.factors)


def _membership(member: Member) -> Membership:
    return Membership(type=f"{member.status}_member", details=None, member=member)


def _described(
    organization: Organization, membership: Membership, factors: Sequence[AuthenticationFactor]
) -> DiscoveredOrganization:
    member: Member | None = membership.member
    primary = primary_required(organization, member, factors)
    second = mfa_required(member) if needs_second_factor(organization, member, factors) else None
    return DiscoveredOrganization(
        member_authenticated=primary is None and second is None,
        organization=organization,
        membership=membership,
        primary_required=primary,
        mfa_required=second,
    )
