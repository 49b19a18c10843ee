"""Machine-to-machine clients."""

import re
from collections.abc import Mapping
from typing import Final

from stytch_b2b_async.api.m2m.clients import (
    Create,
    CreateResponse,
    Delete,
    DeleteResponse,
    Get,
    M2MClientResponse,
    Search,
    SearchResponse,
    Update,
)
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.oauth.scopes import check_m2m_scopes
from stytch_b2b_async.emulator.rules.oauth.secrets import hashed, new_client_secret
from stytch_b2b_async.emulator.rules.search import Filter, PageRequest, query_condition, shown_query
from stytch_b2b_async.emulator.rules.validators import check_metadata, drop_nulls, merged_metadata
from stytch_b2b_async.emulator.state.conditions import Condition, any_of, one_of
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.m2m import M2MClient, M2MClientWithClientSecret

_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9._~|-]{1,128}")
_SECRET_LENGTH: Final = range(8, 1025)
_MIN_DIFFERENT: Final = 5  # characters of a secret
_MAX_TEXT: Final = 1024
_HAS_SCOPE: Final = "EXISTS (SELECT 1 FROM json_each(document, '$.scopes') WHERE value = ?)"
_NAME: Final = "json_extract(document, '$.client_name')"


@handles(Create)
def create(project: Project, request: Create) -> CreateResponse:
    """Create a client; its secret is only in this response."""
    _check_texts(request)
    if request.client_id and not _CLIENT_ID.fullmatch(request.client_id):
        raise EmulatedError("m2m_client_invalid_client_id", "client_id has 1 to 128 letters, digits, '.', '_', '~', '|' and '-'.")
    if request.client_id and project.m2m_clients.exists(request.client_id):
        raise EmulatedError("duplicate_m2m_client_id", "The project has a client with this id.")
    if request.client_secret:
        _check_secret(request.client_secret)
    check_metadata(request.trusted_metadata)
    secret = request.client_secret or new_client_secret()
    client = M2MClient(
        client_id=request.client_id or project.new_id("m2m-client"),
        client_name=request.client_name or "",
        client_description=request.client_description or "",
        status="active",
        scopes=check_m2m_scopes(request.scopes),
        client_secret_last_four=secret[-4:],
        trusted_metadata=drop_nulls(request.trusted_metadata),
    )
    project.m2m_clients.add(client, hashed(secret))
    shown = M2MClientWithClientSecret(**client.to_dict(), client_secret=secret)
    return CreateResponse(**project.response_meta(), m2m_client=shown)


@handles(Get)
def get(project: Project, request: Get) -> M2MClientResponse:
    """Fetch a client."""
    client, _ = project.m2m_clients.find(request.client_id)
    return M2MClientResponse(**project.response_meta(), m2m_client=client)


@handles(Update)
def update(project: Project, request: Update) -> M2MClientResponse:
    """Update a client; metadata is merged, scopes are replaced."""
    client, _ = project.m2m_clients.find(request.client_id)
    _check_texts(request)
    if request.status is not None and request.status not in {"active", "inactive"}:
        raise EmulatedError("m2m_client_invalid_status", "status must be active or inactive.")
    texts = {name: getattr(request, name) for name in ("client_name", "client_description", "status")}
    client = evolve(
        client,
        **{name: value for name, value in texts.items() if value is not None},
        scopes=client.scopes if request.scopes is None else check_m2m_scopes(request.scopes),
        trusted_metadata=merged_metadata(client.trusted_metadata, request.trusted_metadata),
    )
    project.m2m_clients.save(client)
    return M2MClientResponse(**project.response_meta(), m2m_client=client)


@handles(Delete)
def delete(project: Project, request: Delete) -> DeleteResponse:
    """Delete a client; its tokens stay valid until they expire."""
    client, _ = project.m2m_clients.find(request.client_id)
    project.m2m_clients.delete(client)
    return DeleteResponse(**project.response_meta(), client_id=client.client_id)


@handles(Search)
def search(project: Project, request: Search) -> SearchResponse:
    """Find clients, oldest first."""
    page = PageRequest.read(project, request, shown_query(request.query))
    condition = query_condition(request.query, FILTERS, "m2m_search")
    found = project.m2m_clients.search(condition, after=page.after, limit=page.limit + 1)
    return SearchResponse(
        **project.response_meta(),
        m2m_clients=[client for _, client in found[: page.limit]],
        results_metadata=page.metadata([number for number, _ in found], lambda: project.m2m_clients.count(condition)),
    )


def _check_texts(request: Create | Update) -> None:
    for name in ("client_name", "client_description"):
        if len(getattr(request, name) or "") > _MAX_TEXT:
            raise EmulatedError(f"m2m_client_invalid_{name}", f"{name} has at most {_MAX_TEXT} characters.")


def _check_secret(secret: str) -> None:
    if len(secret) not in _SECRET_LENGTH or len(set(secret)) < _MIN_DIFFERENT:
        message = f"client_secret has {_SECRET_LENGTH.start} characters or more, and is hard to guess."
        raise EmulatedError("insecure_m2m_client_secret", message)


FILTERS: Final[Mapping[str, Filter]] = {
    "client_id": lambda given: one_of("client_id", given.strings("filter_value")),
    "client_name": lambda given: one_of(_NAME, given.strings("filter_value")),
    "scopes": lambda given: any_of([Condition(_HAS_SCOPE, (scope,)) for scope in given.strings("filter_value")]),
}
"""Filters by name."""
