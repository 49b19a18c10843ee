"""Reading OAuth requests: their parameters, and the credentials of the client that sends them."""

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from stytch_b2b_async.emulator.codec import HTTPResponse, read_form, read_object
from stytch_b2b_async.emulator.errors import EmulatedError, OAuthError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.wire.incoming import HTTPRequest

_FORM = "application/x-www-form-urlencoded"


def oauth_parameters(request: HTTPRequest) -> dict[str, str]:
    """Return the parameters of a form or a JSON object; Basic authentication gives `client_id` and `client_secret`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
        given: Mapping[str, Any] = read_form(request)
    else:
        given = read_object(request)
    parameters = {name: value for name, value in given.items() if value is not None}
    if not all(isinstance(value, str) for value in parameters.values()):
        raise OAuthError("invalid_request", "The parameters must be strings.")
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic" and "client_id" not in parameters:  # an SDK may send the project's own credentials besides
        parameters.update(_basic(encoded))
    return parameters


def required(parameters: Mapping[str, str], name: str) -> str:
    """Return a parameter that must be there."""
    if not parameters.get(name):
        raise OAuthError("invalid_request", f"{name} is required.")
    return parameters[name]


def require_project(project: Project, path: Mapping[str, str]) -> None:
    """Reject the path of another project."""
    if path["project_id"] != project.project_id:
        raise OAuthError("project_not_found", "No such project.", HTTPStatus.NOT_FOUND)


def oauth_errors(error: EmulatedError) -> OAuthError:
    """Convert an error to the form of OAuth endpoints."""
    return error if isinstance(error, OAuthError) else OAuthError("invalid_request", error.message, error.status)


def invalid_client() -> OAuthError:
    """Create the error of an unknown client, or a wrong secret."""
    return OAuthError("invalid_client", "Client authentication failed.", HTTPStatus.UNAUTHORIZED)


def oauth_response(project: Project, fields: Mapping[str, Any]) -> HTTPResponse:
    """Create a response of an OAuth endpoint."""
    body = msgspec.json.encode({**project.response_meta(), **fields}, order="sorted") + b"\n"
    return HTTPResponse(HTTPStatus.OK, body, {"content-type": "application/json", "cache-control": "no-store"})


def _basic(encoded: str) -> dict[str, str]:
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        raise invalid_client() from None
    return {"client_id": unquote_plus(client_id), "client_secret": unquote_plus(secret)}
