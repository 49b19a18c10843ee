"""Names of organizations that are unique in the project."""

import secrets
from collections.abc import Sequence

from stytch_b2b_async.api.organizations import Create, Update
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.models.organization import Organization

from .settings import COMMON_DOMAINS, MAX_NAME, slug_of


def free_slug(project: Project, request: Create | Update) -> str:
    """Return the slug of a request, unless it is taken; without one, a free slug made of the name."""
    if request.organization_slug:
        if project.organizations.has_slug(request.organization_slug):
            raise EmulatedError("organization_slug_already_used", "The slug is taken by another organization of the project.")
        return request.organization_slug
    slug = slug_of(request.organization_name or "")
    return f"{slug}-{secrets.token_hex(4)}" if project.organizations.has_slug(slug) else slug


def free_external_id(project: Project, external_id: str | None) -> str | None:
    """Return an external id, unless it is taken; None if it is empty."""
    if external_id and project.organizations.has_external_id(external_id):
        raise EmulatedError(
            "organization_external_id_already_used", "The external id is taken by another organization of the project."
        )
    return external_id or None


def free_domains(project: Project, domains: Sequence[str], organization: Organization | None) -> list[str]:
    """Return email domains, unless another organization claims one."""
    own = organization.organization_id if organization else None
    for domain in domains:
        if project.organizations.claiming(domain) not in {None, own}:
            message = f"Another organization claims {domain}."
            raise EmulatedError("action_not_allowed_email_domain_is_claimed", message)
    return list(domains)


def name_for(email: str) -> str:
    """Return the default name of an organization that somebody founds: from the domain, unless others share it."""
    local, _, domain = email.rpartition("@")
    shared = domain.lower() in COMMON_DOMAINS or domain.lower().endswith(".edu")
    return (local if shared else domain.rpartition(".")[0])[:MAX_NAME]
