"""Organizations that an email address can log in to."""

from typing import Any, TypedDict

from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.roles import domain_of
from stytch_b2b_async.models.discovery import DiscoveredOrganization, Membership
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor

from .login import expiry
from .requirements import mfa_required, needs_second_factor, primary_required


class Discovered(TypedDict):
    """The fields of a discovery login's response."""

    intermediate_session_token: str
    intermediate_session_token_expires_at: Any
    email_address: str
    discovered_organizations: list[DiscoveredOrganization]


def discover(project: Project, email: str, factor: AuthenticationFactor, method: str) -> Discovered:
    """Start an intermediate session for an authenticated email address, and list its organizations."""
    intermediate = project.intermediate_sessions.start(email, [factor])
    return {
        "intermediate_session_token": intermediate.token,
        "intermediate_session_token_expires_at": expiry(intermediate),
        "email_address": email,
        "discovered_organizations": discovered_organizations(project, email, [factor], method),
    }


def discovered_organizations(
    project: Project, email: str, factors: list[AuthenticationFactor], method: str
) -> list[DiscoveredOrganization]:
    """List the organizations that a person is a member of, is invited to, or may join by email domain."""
    found: list[DiscoveredOrganization] = []
    joined: set[str] = set()
    for member in project.members.sharing(email):
        joined.add(member.organization_id)
        membership = Membership(type=f"{member.status}_member", details=None, member=member)
        found.append(_described(project.organizations.find(member.organization_id), membership, factors, method))
    domain = domain_of(email)
    for organization in project.organizations.open_to_domain(domain):
        if organization.organization_id not in joined:
            membership = Membership(type="eligible_to_join_by_email_domain", details={"domain": domain})
            found.append(_described(organization, membership, factors, method))
    return found


def _described(
    organization: Organization, membership: Membership, factors: list[AuthenticationFactor], method: str
) -> DiscoveredOrganization:
    member: Member | None = membership.member
    primary = primary_required(organization, member, method)
    second = mfa_required(member) if needs_second_factor(organization, member, factors) else None
    return DiscoveredOrganization(
        member_authenticated=primary is None and second is None,
        organization=organization,
        membership=membership,
        primary_required=primary,
        mfa_required=second,
    )
