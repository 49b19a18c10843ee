"""Rotation of SCIM connections' tokens."""

from typing import Any

from stytch_b2b_async.api._shared.connections import ConnectionPath
from stytch_b2b_async.api.scim.connection import ConnectionResponse, RotateCancel, RotateComplete, RotateStart, RotateStartResponse
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.identifiers import new_token
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.scim import TOKEN_LIFE, save_connection, without_tokens
from stytch_b2b_async.emulator.rules.sso.connections import acting_on
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.scim_connection import SCIMConnection, SCIMConnectionWithNextToken


@handles(RotateStart)
def rotate_start(project: Project, request: RotateStart) -> RotateStartResponse:
    """Create the next token, which is only in this response; another one that was not yet used goes."""
    token = new_token()
    connection = evolve(
        _connection(project, request),
        next_bearer_token_last_four=token[-4:],
        next_bearer_token_expires_at=project.clock.now() + TOKEN_LIFE,
    )
    save_connection(project, connection)
    shown = SCIMConnectionWithNextToken(
        **without_tokens(connection),
        bearer_token_last_four=connection.bearer_token_last_four,
        next_bearer_token=token,
        next_bearer_token_expires_at=connection.next_bearer_token_expires_at,
    )
    return RotateStartResponse(**project.response_meta(), connection=shown)


@handles(RotateComplete)
def rotate_complete(project: Project, request: RotateComplete) -> ConnectionResponse:
    """Make the next token the only one."""
    connection = _rotating(project, request)
    connection = evolve(
        connection,
        bearer_token_last_four=connection.next_bearer_token_last_four,
        bearer_token_expires_at=connection.next_bearer_token_expires_at,
    )
    return _ended(project, connection)


@handles(RotateCancel)
def rotate_cancel(project: Project, request: RotateCancel) -> ConnectionResponse:
    """Forget the next token."""
    return _ended(project, _rotating(project, request))


def _connection(project: Project, request: ConnectionPath[Any]) -> SCIMConnection:
    organization = acting_on(project, request, "update", "stytch.scim")
    return project.scim_connections.find(organization, request.connection_id)


def _rotating(project: Project, request: ConnectionPath[Any]) -> SCIMConnection:
    connection = _connection(project, request)
    if not connection.next_bearer_token_last_four:
        raise EmulatedError("scim_connection_not_rotating_token", "The connection's token is not being rotated.")
    return connection


def _ended(project: Project, connection: SCIMConnection) -> ConnectionResponse:
    connection = evolve(connection, next_bearer_token_last_four="", next_bearer_token_expires_at=None)
    save_connection(project, connection)
    return ConnectionResponse(**project.response_meta(), connection=connection)
