"""Connected apps."""

from typing import Any

from stytch_b2b_async.api.connected_app.clients import (
    ConnectedAppResponse,
    Create,
    CreateResponse,
    Delete,
    DeleteResponse,
    Get,
    Search,
    SearchResponse,
    Update,
)
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.oauth.apps import APP_TYPES, check_app_settings, is_public
from stytch_b2b_async.emulator.rules.oauth.secrets import hashed, new_client_secret
from stytch_b2b_async.emulator.rules.search import PageRequest
from stytch_b2b_async.emulator.state.conditions import Condition
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.connected_apps import ConnectedApp, ConnectedAppWithClientSecret

_DEFAULT_EXPIRY = 60  # minutes
_LISTS = ("redirect_urls", "post_logout_redirect_urls")
_FIELDS = (
    "client_name",
    "client_description",
    "full_access_allowed",
    "access_token_expiry_minutes",
    "access_token_custom_audience",
    "access_token_template_content",
    "logo_url",
    "bypass_consent_for_offline_access",
    "id_token_template_content",
)


@handles(Create)
def create(project: Project, request: Create) -> CreateResponse:
    """Register an app; its secret is only in this response."""
    if request.client_type not in APP_TYPES:
        raise EmulatedError("invalid_connected_app_type", f"client_type must be one of {', '.join(sorted(APP_TYPES))}.")
    check_app_settings(request, request.client_type)
    secret = None if is_public(request.client_type) else new_client_secret()
    fresh = ConnectedApp(
        client_id=project.new_id("connected-app"),
        client_name="",
        client_description="",
        client_type=request.client_type,
        status="active",
        full_access_allowed=False,
        redirect_urls=[],
        access_token_expiry_minutes=_DEFAULT_EXPIRY,
        access_token_template_content="",
        post_logout_redirect_urls=[],
        bypass_consent_for_offline_access=False,
        id_token_template_content="",
        creation_method="MANUAL",
        client_secret_last_four=secret[-4:] if secret else None,
    )
    app = evolve(fresh, **_changes(request))
    project.connected_apps.add(app, hashed(secret))
    shown = {name: value for name, value in app.to_dict().items() if name != "creation_method"}
    return CreateResponse(**project.response_meta(), connected_app=ConnectedAppWithClientSecret(**shown, client_secret=secret))


@handles(Get)
def get(project: Project, request: Get) -> ConnectedAppResponse:
    """Fetch an app."""
    app, _ = project.connected_apps.find(request.client_id)
    return ConnectedAppResponse(**project.response_meta(), connected_app=app)


@handles(Update)
def update(project: Project, request: Update) -> ConnectedAppResponse:
    """Update an app; lists are replaced."""
    app, _ = project.connected_apps.find(request.client_id)
    check_app_settings(request, app.client_type)
    app = evolve(app, **_changes(request))
    project.connected_apps.save(app)
    return ConnectedAppResponse(**project.response_meta(), connected_app=app)


@handles(Delete)
def delete(project: Project, request: Delete) -> DeleteResponse:
    """Delete an app; what members granted to it, and its tokens, go with it."""
    app, _ = project.connected_apps.find(request.client_id)
    project.connected_apps.delete(app)
    return DeleteResponse(**project.response_meta(), client_id=app.client_id)


@handles(Search)
def search(project: Project, request: Search) -> SearchResponse:
    """List the apps, oldest first."""
    page = PageRequest.read(project, request)
    every = Condition("1")
    found = project.connected_apps.search(every, after=page.after, limit=page.limit + 1)
    return SearchResponse(
        **project.response_meta(),
        connected_apps=[app for _, app in found[: page.limit]],
        results_metadata=page.metadata([number for number, _ in found], lambda: project.connected_apps.count(every)),
    )


def _changes(request: Create | Update) -> dict[str, Any]:
    fields = {name: getattr(request, name) for name in _FIELDS if getattr(request, name) is not None}
    lists = {name: list(getattr(request, name)) for name in _LISTS if getattr(request, name) is not None}
    return {**fields, **lists}
