"""The document: hosts, credentials, and an operation for each endpoint."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from stytch_b2b_async._version import __version__
from stytch_b2b_async.catalog import EndpointInfo, endpoints
from stytch_b2b_async.config import API_HOSTS, FRAUD_HOST
from stytch_b2b_async.endpoint import Host
from stytch_b2b_async.schema import models_of

from ._errors import error_responses, error_schemas
from ._operations import operation
from ._schemas import JSON, Schemas

_SECURITY: Final[JSON] = {
    "project": {
        "type": "http",
        "scheme": "basic",
        "description": "The project's id as the username, one of its secrets as the password.",
    },
    "client": {
        "type": "oauth2",
        "description": "How a machine-to-machine client gets access tokens for the services of the project's owner. "
        "The client's id and secret are fields of the body, where they replace the project's credentials.",
        "flows": {"clientCredentials": {"tokenUrl": "/v1/public/{project_id}/oauth2/token", "scopes": {}}},
    },
}


def document(base_url: str | None = None) -> dict[str, Any]:
    """Return the OpenAPI document as plain values, the same at each call.

    `base_url` replaces Stytch's hosts, for an emulator or a gateway.
    """
    infos = endpoints().values()
    schemas = Schemas(frozenset(model for info in infos for model in models_of(info.response)))
    paths: JSON = {}
    for info in infos:
        described = operation(info, schemas)
        if base_url is None and info.host is Host.FRAUD:
            described["servers"] = [{"url": FRAUD_HOST}]
        paths.setdefault(info.path, {})[info.method.lower()] = described
    made: JSON = {
        "openapi": "3.1.1",
        "info": {
            "title": "Stytch B2B API",
            "version": __version__,
            "description": f"The endpoints that stytch-b2b-async {__version__} calls. Not an official document of Stytch.",
        },
        "externalDocs": {"url": "https://stytch.com/docs/b2b/api"},
        "servers": [{"url": base_url}] if base_url else _servers(),
        "security": [{"project": []}],
        "tags": [{"name": name} for name in sorted({_resource(info) for info in infos})],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted({**schemas.components(), **error_schemas()}.items())),
            "responses": error_responses(),
            "securitySchemes": _SECURITY,
        },
    }
    return deepcopy(made)  # the caller's own, whatever is done to it


def _servers() -> list[Mapping[str, str]]:
    return [
        {"url": API_HOSTS["project-test-"], "description": "Test projects."},
        {"url": API_HOSTS["project-live-"], "description": "Live projects."},
    ]


def _resource(info: EndpointInfo) -> str:
    return info.operation.rpartition(".")[0]
