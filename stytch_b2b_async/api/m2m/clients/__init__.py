"""The machine-to-machine clients of the project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from stytch_b2b_async.api._shared.organization_params import PageParams
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, Response, cached_property, delete, get, post, put
from stytch_b2b_async.endpoint.paging import Page, PagedEndpoint
from stytch_b2b_async.models.enums import M2MClientStatus
from stytch_b2b_async.models.m2m import M2MClient, M2MClientWithClientSecret, M2MSearchQuery
from stytch_b2b_async.models.search import ResultsMetadata
from stytch_b2b_async.schema import InPath, JSONObject, OrMapping, Secret, frozen

from ._responses import M2MClientResponse as M2MClientResponse

if TYPE_CHECKING:
    from .secrets import M2MClientsSecrets


@get("/v1/m2m/clients/{client_id}")
class Get(Request[M2MClientResponse]):
    """Fetch a machine-to-machine client.

    Raises NotFoundError (`m2m_client_not_found`).
    See https://stytch.com/docs/api-reference/b2b/api/m2m/m2m-client/get-m2m-client.
    """

    client_id: InPath


@frozen
class SearchResponse(Page[M2MClient]):
    """One page of the clients found."""

    m2m_clients: list[M2MClient]
    results_metadata: ResultsMetadata


@post("/v1/m2m/clients/search", Effect.READS)
class Search(PageParams[SearchResponse]):
    """Search machine-to-machine clients: all of the project's, or those that match a query.

    - `query`: filters by `client_id`, `client_name` (the whole name) and `scopes`; the value is a list of strings.

    Raises BadRequestError (`m2m_search_filter_name_not_recognized`, `m2m_search_expected_array_of_strings`).
    See https://stytch.com/docs/api-reference/b2b/api/m2m/m2m-client/search-m2m-clients.
    """

    query: OrMapping[M2MSearchQuery] | None = None


@put("/v1/m2m/clients/{client_id}", Effect.REPEATABLE)
class Update(Request[M2MClientResponse]):
    """Update a machine-to-machine client. Omitted fields stay unchanged.

    - `status`: an `inactive` client gets no more tokens; tokens issued before stay valid until they expire.
    - `scopes`: replaces the client's scopes.
    - `trusted_metadata`: at most 20 keys and 4 KB; merged by top-level keys, and None deletes one.

    Raises NotFoundError (`m2m_client_not_found`), BadRequestError (`m2m_client_invalid_status`, `invalid_m2m_client_scope`,
    `too_many_m2m_client_scopes`).
    See https://stytch.com/docs/api-reference/b2b/api/m2m/m2m-client/update-m2m-client.
    """

    client_id: InPath
    client_name: str | None = None
    client_description: str | None = None
    status: M2MClientStatus | None = None
    scopes: Sequence[str] | None = None
    trusted_metadata: JSONObject | None = None


@frozen
class DeleteResponse(Response):
    """What was deleted."""

    client_id: str


@delete("/v1/m2m/clients/{client_id}", Effect.REPEATABLE)
class Delete(Request[DeleteResponse]):
    """Delete a machine-to-machine client. Tokens issued to it stay valid until they expire.

    Raises NotFoundError (`m2m_client_not_found`).
    See https://stytch.com/docs/api-reference/b2b/api/m2m/m2m-client/delete-m2m-client.
    """

    client_id: InPath


@frozen
class CreateResponse(Response):
    """The new client."""

    m2m_client: M2MClientWithClientSecret


@post("/v1/m2m/clients", Effect.ACTS_ONCE)
class Create(Request[CreateResponse]):
    """Create a machine-to-machine client, or migrate one from another system.

    The client's secret is only in this response; if it is lost, rotate it.

    - `client_id`, `client_secret`: of a migrated client; generated if omitted. The id must be unique in the project,
      the secret at least 8 characters long and hard to guess.
    - `trusted_metadata`: at most 20 keys and 4 KB.

    Raises BadRequestError (`duplicate_m2m_client_id`, `insecure_m2m_client_secret`, `invalid_m2m_client_scope`,
    `too_many_m2m_client_scopes`, `too_many_m2m_clients_for_billing_tier`).
    See https://stytch.com/docs/api-reference/b2b/api/m2m/m2m-client/create-m2m-client.
    """

    scopes: Sequence[str]
    client_id: str | None = None
    client_secret: Secret | None = None
    client_name: str | None = None
    client_description: str | None = None
    trusted_metadata: JSONObject | None = None


class M2MClients(Namespace[Mode]):
    """The machine-to-machine clients of the project."""

    get: Final = Endpoint(Get)
    search: Final = PagedEndpoint(Search)
    update: Final = Endpoint(Update)
    delete: Final = Endpoint(Delete)
    create: Final = Endpoint(Create)

    @cached_property
    def secrets(self) -> M2MClientsSecrets[Mode]:
        """Rotation of a client's secret."""
        from .secrets import M2MClientsSecrets

        return M2MClientsSecrets(self._send)
