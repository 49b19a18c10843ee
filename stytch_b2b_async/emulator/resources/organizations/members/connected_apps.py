"""The connected apps that a member has let in."""

from stytch_b2b_async.api.organizations.members._accounts import ListConnectedApps, ListConnectedAppsResponse
from stytch_b2b_async.api.organizations.members.connected_apps import Revoke, RevokeResponse
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.sessions.authorization import MEMBER, actor_of
from stytch_b2b_async.models.organization_apps import MemberConnectedApp


@handles(ListConnectedApps)
def list_connected_apps(project: Project, request: ListConnectedApps) -> ListConnectedAppsResponse:
    """List the apps that a member has let in."""
    organization = project.organizations.find(request.organization_id)
    actor = actor_of(project, request.authorization, organization)
    member = project.members.find(organization, request.member_id)
    if actor:
        actor.require(MEMBER, "get.connected-apps", about=member)
    shown = [
        MemberConnectedApp(
            connected_app_id=app.client_id,
            name=app.client_name,
            description=app.client_description,
            client_type=app.client_type,
            logo_url=app.logo_url,
            scopes_granted=" ".join(scopes),
        )
        for client_id, scopes in project.app_grants.apps_of_member(member.member_id).items()
        for app, _ in [project.connected_apps.find(client_id)]
    ]
    return ListConnectedAppsResponse(**project.response_meta(), connected_apps=shown)


@handles(Revoke)
def revoke(project: Project, request: Revoke) -> RevokeResponse:
    """Shut an app out again, and end its tokens."""
    organization = project.organizations.find(request.organization_id)
    actor = actor_of(project, request.authorization, organization)
    member = project.members.find(organization, request.member_id)
    if actor:
        actor.require(MEMBER, "revoke.connected-apps", about=member)
    app, _ = project.connected_apps.find(request.connected_app_id)
    if not project.app_grants.consented(app.client_id, member.member_id):
        raise missing("connected_app", "connected app of this member")
    project.app_grants.revoke(app.client_id, member.member_id)
    return RevokeResponse(**project.response_meta())
