"""Just-in-time provisioning: who may join an organization without an invitation."""

from collections.abc import Iterator, Mapping, Sequence

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.roles import domain_of
from stytch_b2b_async.models.discovery import Membership
from stytch_b2b_async.models.organization import Organization

_TENANT_PROVIDERS = ("slack", "hubspot", "github")


def joinable(project: Project, email: str, oauth_tenants: Mapping[str, Sequence[str]]) -> Iterator[tuple[Organization, Membership]]:
    """Yield the organizations that a person may join by email domain or OAuth tenant."""
    domain = domain_of(email)
    by_domain: set[str] = set()
    for organization in project.organizations.open_to_domain(domain):
        by_domain.add(organization.organization_id)
        yield organization, Membership(type="eligible_to_join_by_email_domain", details={"domain": domain})
    if not oauth_tenants:
        return
    for organization in project.organizations.open_to_oauth_tenants():
        tenant = _common_tenant(organization, oauth_tenants)
        if tenant and organization.organization_id not in by_domain:
            provider, tenant_id = tenant
            details = {"provider": provider, "tenants": [tenant_id]}
            yield organization, Membership(type="eligible_to_join_by_oauth_tenant", details=details)


def require_joinable(project: Project, organization: Organization, email: str, oauth_tenants: Mapping[str, Sequence[str]]) -> None:
    """Reject a person who may not join an organization after a discovery login."""
    for found, _ in joinable(project, email, oauth_tenants):
        if found.organization_id == organization.organization_id:
            return
    if oauth_tenants and organization.oauth_tenant_jit_provisioning == "RESTRICTED":
        message = "The organization does not admit members of this OAuth tenant."
        raise EmulatedError("invalid_oauth_tenant_for_jit_provisioning", message)
    require_email_jit(organization, email)
    message = "No member of the organization has a verified address of this domain yet."
    raise EmulatedError("invalid_email_for_jit_provisioning", message)


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


def _common_tenant(organization: Organization, oauth_tenants: Mapping[str, Sequence[str]]) -> tuple[str, str] | None:
    allowed = organization.allowed_oauth_tenants or {}
    for provider in _TENANT_PROVIDERS:
        listed = allowed.get(provider)
        for tenant_id in oauth_tenants.get(provider, ()):
            if isinstance(listed, list) and tenant_id in listed:
                return provider, tenant_id
    return None
