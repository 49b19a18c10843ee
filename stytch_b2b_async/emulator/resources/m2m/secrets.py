"""Rotation of machine-to-machine clients' secrets."""

from stytch_b2b_async.api.m2m.clients import M2MClientResponse
from stytch_b2b_async.api.m2m.clients.secrets import Rotate, RotateCancel, RotateStart, RotateStartResponse
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.oauth.secrets import cancel_rotation, end_rotation, start_rotation
from stytch_b2b_async.models.m2m import M2MClientWithNextClientSecret

_KIND = "m2m_client"


@handles(RotateStart)
def rotate_start(project: Project, request: RotateStart) -> RotateStartResponse:
    """Add a second secret, which is only in this response."""
    client, secrets, secret = start_rotation(*project.m2m_clients.find(request.client_id), _KIND)
    project.m2m_clients.save(client, secrets)
    shown = M2MClientWithNextClientSecret(**client.to_dict(), next_client_secret=secret)
    return RotateStartResponse(**project.response_meta(), m2m_client=shown)


@handles(RotateCancel)
def rotate_cancel(project: Project, request: RotateCancel) -> M2MClientResponse:
    """Forget the second secret."""
    client, secrets = cancel_rotation(*project.m2m_clients.find(request.client_id), _KIND)
    project.m2m_clients.save(client, secrets)
    return M2MClientResponse(**project.response_meta(), m2m_client=client)


@handles(Rotate)
def rotate(project: Project, request: Rotate) -> M2MClientResponse:
    """Make the second secret the only one."""
    client, secrets = end_rotation(*project.m2m_clients.find(request.client_id), _KIND)
    project.m2m_clients.save(client, secrets)
    return M2MClientResponse(**project.response_meta(), m2m_client=client)
