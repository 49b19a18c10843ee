"""Organizations: create, get, update, delete and count."""

from stytch_b2b_async.api.organizations import (
    Create,
    Delete,
    DeleteExternalId,
    DeleteResponse,
    Get,
    GetMetrics,
    GetMetricsResponse,
    OrganizationResponse,
    Update,
)
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.organizations.new_organizations import new_organization
from stytch_b2b_async.emulator.rules.organizations.updates import UPDATE_ACTIONS, updated_organization
from stytch_b2b_async.emulator.rules.sessions.authorization import ORGANIZATION, actor_of, authorize, require_each
from stytch_b2b_async.emulator.rules.sso.connections import stop_sharing
from stytch_b2b_async.emulator.state.conditions import Condition
from stytch_b2b_async.emulator.state.store import evolve

from . import connected_apps, members, search

__all__ = ["connected_apps", "members", "search"]


@handles(Create)
def create(project: Project, request: Create) -> OrganizationResponse:
    """Create an organization."""
    return OrganizationResponse(
        **project.response_meta(), organization=project.organizations.add(new_organization(project, request))
    )


@handles(Get)
def get(project: Project, request: Get) -> OrganizationResponse:
    """Fetch an organization."""
    return OrganizationResponse(**project.response_meta(), organization=project.organizations.find(request.organization_id))


@handles(Update)
def update(project: Project, request: Update) -> OrganizationResponse:
    """Update an organization; metadata is merged, lists are replaced."""
    organization = project.organizations.find(request.organization_id)
    actor = actor_of(project, request.authorization, organization)
    if actor:
        actor.forbid_trusted_metadata(request.trusted_metadata)
    require_each(actor, request, UPDATE_ACTIONS, about=None)
    updated = project.organizations.save(updated_organization(project, organization, request))
    return OrganizationResponse(**project.response_meta(), organization=updated)


@handles(Delete)
def delete(project: Project, request: Delete) -> DeleteResponse:
    """Delete an organization with its members and everything of theirs."""
    organization = project.organizations.find(request.organization_id)
    authorize(project, request.authorization, organization, ORGANIZATION, "delete")
    project.passwords.delete_all(organization)
    for connection in project.sso_connections.of(organization.organization_id):
        stop_sharing(project, connection)
    project.organizations.delete(organization)
    return DeleteResponse(**project.response_meta(), organization_id=organization.organization_id)


@handles(GetMetrics)
def get_metrics(project: Project, request: GetMetrics) -> GetMetricsResponse:
    """Count the members of an organization, without deleted ones."""
    organization = project.organizations.find(request.organization_id)
    return GetMetricsResponse(
        **project.response_meta(), member_count=project.members.count([organization], Condition("NOT deleted"))
    )


@handles(DeleteExternalId)
def delete_external_id(project: Project, request: DeleteExternalId) -> OrganizationResponse:
    """Delete an organization's external id."""
    organization = project.organizations.find(request.organization_id)
    authorize(project, request.authorization, organization, *reversed(UPDATE_ACTIONS["organization_external_id"]))
    organization = project.organizations.save(evolve(organization, organization_external_id=None))
    return OrganizationResponse(**project.response_meta(), organization=organization)
