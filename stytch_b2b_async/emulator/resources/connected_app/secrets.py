"""Rotation of connected apps' secrets."""

from stytch_b2b_async.api.connected_app.clients import ConnectedAppResponse
from stytch_b2b_async.api.connected_app.clients.secrets import Rotate, RotateCancel, RotateStart, RotateStartResponse
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.oauth.apps import is_public
from stytch_b2b_async.emulator.rules.oauth.secrets import cancel_rotation, end_rotation, start_rotation
from stytch_b2b_async.models.connected_apps import ConnectedAppWithNextClientSecret

_KIND = "connected_app"


@handles(RotateStart)
def rotate_start(project: Project, request: RotateStart) -> RotateStartResponse:
    """Add a second secret, which is only in this response."""
    app, secrets = project.connected_apps.find(request.client_id)
    if is_public(app.client_type):
        raise EmulatedError("public_connected_apps_do_not_have_secrets", "A public app has no secret.")
    app, secrets, secret = start_rotation(app, secrets, _KIND)
    project.connected_apps.save(app, secrets)
    shown = {name: value for name, value in app.to_dict().items() if name != "creation_method"}
    return RotateStartResponse(
        **project.response_meta(), connected_app=ConnectedAppWithNextClientSecret(**shown, next_client_secret=secret)
    )


@handles(RotateCancel)
def rotate_cancel(project: Project, request: RotateCancel) -> ConnectedAppResponse:
    """Forget the second secret."""
    app, secrets = cancel_rotation(*project.connected_apps.find(request.client_id), _KIND)
    project.connected_apps.save(app, secrets)
    return ConnectedAppResponse(**project.response_meta(), connected_app=app)


@handles(Rotate)
def rotate(project: Project, request: Rotate) -> ConnectedAppResponse:
    """Make the second secret the only one."""
    app, secrets = end_rotation(*project.connected_apps.find(request.client_id), _KIND)
    project.connected_apps.save(app, secrets)
    return ConnectedAppResponse(**project.response_meta(), connected_app=app)
