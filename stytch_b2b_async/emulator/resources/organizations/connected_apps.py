"""The connected apps that members of an organization have let in."""

from stytch_b2b_async.api.organizations import (
    GetConnectedApp,
    GetConnectedAppResponse,
    ListConnectedApps,
    ListConnectedAppsResponse,
)
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.sessions.authorization import ORGANIZATION, authorize
from stytch_b2b_async.models.organization_apps import OrganizationConnectedApp, OrganizationConnectedAppActiveMember

_ACTION = "get.connected-apps"


@handles(ListConnectedApps)
def list_connected_apps(project: Project, request: ListConnectedApps) -> ListConnectedAppsResponse:
    """List the apps that a member of the organization has let in."""
    organization = project.organizations.find(request.organization_id)
    authorize(project, request.authorization, organization, ORGANIZATION, _ACTION)
    apps = [
        project.connected_apps.find(client_id)[0] for client_id in project.app_grants.members_by_app(organization.organization_id)
    ]
    shown = [
        OrganizationConnectedApp(
            connected_app_id=app.client_id,
            name=app.client_name,
            description=app.client_description,
            client_type=app.client_type,
            logo_url=app.logo_url,
        )
        for app in apps
    ]
    return ListConnectedAppsResponse(**project.response_meta(), connected_apps=shown)


@handles(GetConnectedApp)
def get_connected_app(project: Project, request: GetConnectedApp) -> GetConnectedAppResponse:
    """Fetch an app, with the members of the organization who have let it in."""
    organization = project.organizations.find(request.organization_id)
    authorize(project, request.authorization, organization, ORGANIZATION, _ACTION)
    app, _ = project.connected_apps.find(request.connected_app_id)
    members = project.app_grants.members_by_app(organization.organization_id).get(app.client_id, {})
    return GetConnectedAppResponse(
        **project.response_meta(),
        connected_app_id=app.client_id,
        name=app.client_name,
        description=app.client_description,
        client_type=app.client_type,
        logo_url=app.logo_url,
        active_members=[
            OrganizationConnectedAppActiveMember(member_id=member_id, granted_scopes=scopes)
            for member_id, scopes in members.items()
        ],
    )
