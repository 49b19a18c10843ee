"""Just-in-time provisioning: who may join an organization without an invitation."""

from collections.abc import Iterator, Mapping, Sequence

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.members.new_members import NewMember, add_member
from stytch_b2b_async.emulator.state.intermediate_sessions import IntermediateSession
from stytch_b2b_async.emulator.state.roles import domain_of
from stytch_b2b_async.models.discovery import Membership
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

_TENANT_PROVIDERS = ("slack", "hubspot", "github")


def joinable(project: Project, person: IntermediateSession) -> Iterator[tuple[Organization, Membership]]:
    """Yield the organizations that a person may join by email domain, if the mailbox is known to be theirs, or OAuth tenant."""
    by_domain: set[str] = set()
    domain = domain_of(person.email)
    if is_mailbox_verified(project, person):
        for organization in project.organizations.open_to_domain(domain):
            by_domain.add(organization.organization_id)
            yield organization, Membership(type="eligible_to_join_by_email_domain", details={"domain": domain})
    if not person.oauth_tenants:
        return
    for organization in project.organizations.open_to_oauth_tenants():
        tenant = _common_tenant(organization, person.oauth_tenants)
        if tenant and organization.organization_id not in by_domain:
            provider, tenant_id = tenant
            details = {"provider": provider, "tenants": [tenant_id]}
            yield organization, Membership(type="eligible_to_join_by_oauth_tenant", details=details)


def join(project: Project, organization: Organization, person: IntermediateSession) -> Member:
    """Make somebody a pending member by email domain or OAuth tenant; reject who may not join."""
    if not any(found.organization_id == organization.organization_id for found, _ in joinable(project, person)):
        raise _not_joinable(project, organization, person)
    verified = is_mailbox_verified(project, person)
    return add_member(project, organization, NewMember(email=person.email, email_verified=verified, status="pending"))


def is_mailbox_verified(project: Project, person: IntermediateSession) -> bool:
    """Return whether a mailbox is known to be a person's: by this login, or by an earlier one in some organization."""
    return person.email_verified or any(member.email_address_verified for member in project.members.sharing(person.email))


def require_email_jit(organization: Organization, email: str) -> None:
    """Reject an email address that may not join an organization."""
    if organization.email_jit_provisioning != "RESTRICTED":
        raise EmulatedError("email_jit_provisioning_not_allowed", "The organization admits nobody by their email address.")
    if not is_allowed_domain(organization, email):
        message = "The domain of the email address is not one of the organization's."
        raise EmulatedError("invalid_email_for_jit_provisioning", message)


def require_invitable(organization: Organization, email: str) -> None:
    """Reject an email address that may not be invited to an organization."""
    if organization.email_invites == "ALL_ALLOWED":
        return
    if organization.email_invites != "RESTRICTED" or not is_allowed_domain(organization, email):
        raise EmulatedError("invalid_email_for_invites", "The organization does not invite this email address.")


def is_allowed_domain(organization: Organization, email: str) -> bool:
    """Return whether an email address is in `email_allowed_domains`."""
    return domain_of(email) in {domain.lower() for domain in organization.email_allowed_domains}


def _not_joinable(project: Project, organization: Organization, person: IntermediateSession) -> EmulatedError:
    if person.oauth_tenants and organization.oauth_tenant_jit_provisioning == "RESTRICTED":
        message = "The organization does not admit members of this OAuth tenant."
        return EmulatedError("invalid_oauth_tenant_for_jit_provisioning", message)
    require_email_jit(organization, person.email)
    if not is_mailbox_verified(project, person):
        return EmulatedError("email_verification_required", "The email address must be verified first.")
    message = "No member of the organization has a verified address of this domain yet."
    return EmulatedError("invalid_email_for_jit_provisioning", message)


def _common_tenant(organization: Organization, oauth_tenants: Mapping[str, Sequence[str]]) -> tuple[str, str] | None:
    allowed = organization.allowed_oauth_tenants or {}
    for provider in _TENANT_PROVIDERS:
        listed = allowed.get(provider)
        for tenant_id in oauth_tenants.get(provider, ()):
            if isinstance(listed, list) and tenant_id in listed:
                return provider, tenant_id
    return None
