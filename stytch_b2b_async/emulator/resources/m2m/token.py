"""The token endpoint: for machine-to-machine clients, and for connected apps."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from stytch_b2b_async.emulator.codec import HTTPResponse
from stytch_b2b_async.emulator.errors import EmulatedError, OAuthError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles_http
from stytch_b2b_async.emulator.rules.oauth.app_tokens import exchange_code, refresh
from stytch_b2b_async.emulator.rules.oauth.credentials import (
    invalid_client,
    oauth_errors,
    oauth_parameters,
    oauth_response,
    require_project,
    required,
)
from stytch_b2b_async.emulator.rules.sessions.jwts import sign
from stytch_b2b_async.wire.incoming import HTTPRequest

EXPIRES_IN: Final = 3600


@handles_http("POST", "/v1/public/{project_id}/oauth2/token")
def token(project: Project, request: HTTPRequest, path: Mapping[str, str]) -> HTTPResponse:
    """Issue tokens; the client's own credentials count."""
    try:
        require_project(project, path)
        parameters = oauth_parameters(request)
        grant = _GRANTS.get(required(parameters, "grant_type"))
        if grant is None:
            raise OAuthError("unsupported_grant_type", f"grant_type must be one of {', '.join(_GRANTS)}.")
        return oauth_response(project, grant(project, parameters))
    except EmulatedError as error:
        raise oauth_errors(error) from None


def client_credentials(project: Project, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Issue a token of a machine-to-machine client."""
    try:
        client, secrets = project.m2m_clients.find(required(parameters, "client_id"))
    except OAuthError:
        raise
    except EmulatedError:
        raise invalid_client() from None
    if not secrets.match(required(parameters, "client_secret")) or client.status != "active":
        raise invalid_client()
    scopes = parameters["scope"].split() if parameters.get("scope") else client.scopes
    if not set(client.scopes).issuperset(scopes):
        raise OAuthError("invalid_scope", "The client does not have every scope that was asked for.")
    issued = int(project.clock.now().timestamp())
    claims = {
        "aud": [project.project_id],
        "exp": issued + EXPIRES_IN,
        "iat": issued,
        "iss": f"stytch.com/{project.project_id}",
        "nbf": issued,
        "scope": " ".join(scopes),
        "sub": client.client_id,
    }
    return {"access_token": sign(project, claims), "token_type": "bearer", "expires_in": EXPIRES_IN}


_GRANTS: Final[Mapping[str, Callable[[Project, Mapping[str, str]], dict[str, Any]]]] = {
    "client_credentials": client_credentials,
    "authorization_code": exchange_code,
    "refresh_token": refresh,
}
