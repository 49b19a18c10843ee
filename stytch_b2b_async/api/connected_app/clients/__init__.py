"""The connected apps that are registered with the project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from stytch_b2b_async.api._shared.organization_params import PageParams
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, Response, cached_property, delete, get, post, put
from stytch_b2b_async.endpoint.paging import Page, PagedEndpoint
from stytch_b2b_async.models.connected_apps import ConnectedApp, ConnectedAppWithClientSecret
from stytch_b2b_async.models.enums import ConnectedAppClientType
from stytch_b2b_async.models.search import ResultsMetadata
from stytch_b2b_async.schema import InPath, frozen

from ._responses import ConnectedAppResponse as ConnectedAppResponse

if TYPE_CHECKING:
    from .secrets import ConnectedAppClientsSecrets


R = TypeVar("R")


@get("/v1/connected_apps/clients/{client_id}")
class Get(Request[ConnectedAppResponse]):
    """Fetch a connected app.

    Raises NotFoundError (`connected_app_not_found`).
    See https://stytch.com/docs/api-reference/b2b/api/connected-apps/application-management/get-connected-app.
    """

    client_id: InPath


@frozen
class ConnectedAppSettings(Request[R]):
    """Settings of an app. In an update, omitted fields stay unchanged.

    - `redirect_urls`: allowed redirects after a login; `http` only for loopback addresses.
    - `post_logout_redirect_urls`: allowed redirects after a logout.
    - `full_access_allowed`: whether a token of the app can be exchanged for a session of the member; first-party apps only.
    - `bypass_consent_for_offline_access`: grant `offline_access` without asking the member; first-party apps only.
    - `access_token_expiry_minutes`: default for a new app: 60.
    - `access_token_custom_audience`: a custom audience of the access tokens.
    - `access_token_template_content`, `id_token_template_content`: custom claims of those tokens, as the text of a JSON object.
    """

    client_name: str | None = None
    client_description: str | None = None
    redirect_urls: Sequence[str] | None = None
    full_access_allowed: bool | None = None
    access_token_expiry_minutes: int | None = None
    access_token_custom_audience: str | None = None
    access_token_template_content: str | None = None
    post_logout_redirect_urls: Sequence[str] | None = None
    logo_url: str | None = None
    bypass_consent_for_offline_access: bool | None = None
    id_token_template_content: str | None = None


@put("/v1/connected_apps/clients/{client_id}", Effect.REPEATABLE)
class Update(ConnectedAppSettings[ConnectedAppResponse]):
    """Update a connected app.

    Raises NotFoundError (`connected_app_not_found`), BadRequestError (`third_party_clients_cannot_use_full_access`,
    `third_party_clients_require_consent_for_offline_access`, `idp_invalid_access_token_expiry_minutes`,
    `idp_invalid_access_token_jwt_template`, and `connected_app_redirect_url_…` for what is wrong with a redirect).
    See https://stytch.com/docs/b2b/api/connected-apps-update.
    """

    client_id: InPath


@frozen
class DeleteResponse(Response):
    """What was deleted."""

    client_id: str


@delete("/v1/connected_apps/clients/{client_id}", Effect.REPEATABLE)
class Delete(Request[DeleteResponse]):
    """Delete a connected app.

    Raises NotFoundError (`connected_app_not_found`).
    See https://stytch.com/docs/api-reference/b2b/api/connected-apps/application-management/delete-connected-app.
    """

    client_id: InPath


@frozen
class SearchResponse(Page[ConnectedApp]):
    """One page of the connected apps."""

    connected_apps: list[ConnectedApp]
    results_metadata: ResultsMetadata


@post("/v1/connected_apps/clients/search", Effect.READS)
class Search(PageParams[SearchResponse]):
    """List the project's connected apps.

    See https://stytch.com/docs/api-reference/b2b/api/connected-apps/application-management/search-connected-apps.
    """


@frozen
class CreateResponse(Response):
    """The new app."""

    connected_app: ConnectedAppWithClientSecret


@post("/v1/connected_apps/clients", Effect.ACTS_ONCE)
class Create(ConnectedAppSettings[CreateResponse]):
    """Register a connected app.

    The app's secret is only in this response; if it is lost, rotate it. Public apps have none.

    Raises BadRequestError (`invalid_connected_app_type`, `too_many_connected_apps`, `third_party_clients_cannot_use_full_access`,
    `third_party_clients_require_consent_for_offline_access`, `idp_invalid_access_token_expiry_minutes`,
    `idp_invalid_access_token_jwt_template`, and `connected_app_redirect_url_…` for what is wrong with a redirect).
    See https://stytch.com/docs/api-reference/b2b/api/connected-apps/application-management/create-connected-app.
    """

    client_type: ConnectedAppClientType


class ConnectedAppClients(Namespace[Mode]):
    """The connected apps that are registered with the project."""

    get: Final = Endpoint(Get)
    update: Final = Endpoint(Update)
    delete: Final = Endpoint(Delete)
    search: Final = PagedEndpoint(Search)
    create: Final = Endpoint(Create)

    @cached_property
    def secrets(self) -> ConnectedAppClientsSecrets[Mode]:
        """Rotation of an app's secret."""
        from .secrets import ConnectedAppClientsSecrets

        return ConnectedAppClientsSecrets(self._send)
