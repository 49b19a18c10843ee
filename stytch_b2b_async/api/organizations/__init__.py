"""Organizations: create, search, update and delete them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from stytch_b2b_async.api._shared.organization_params import OrganizationParams, OrganizationPath, PageParams
from stytch_b2b_async.authorization import AsMember
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Response, cached_property, delete, get, post, put
from stytch_b2b_async.endpoint.paging import Page, PagedEndpoint
from stytch_b2b_async.models.bounded import OrganizationName
from stytch_b2b_async.models.enums import ConnectedAppClientType
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.organization_apps import OrganizationConnectedApp, OrganizationConnectedAppActiveMember
from stytch_b2b_async.models.search import ResultsMetadata, SearchQuery
from stytch_b2b_async.schema import InPath, OrMapping, frozen

if TYPE_CHECKING:
    from .members import OrganizationsMembers


@frozen
class OrganizationResponse(Response):
    """The organization after the call."""

    organization: Organization


@post("/v1/b2b/organizations", Effect.ACTS_ONCE)
class Create(OrganizationParams[OrganizationResponse]):
    """Create an organization, without members.

    - `organization_name`: 1 to 128 characters.
    - `claimed_email_domains`: domains whose addresses only members of this organization may use; not available in every project.

    Raises OrganizationSlugTakenError, BadRequestError (`invalid_organization_slug`, `organization_external_id_already_used`,
    `allowed_auth_methods_required_for_restricted`, `invalid_restricted_email_setting`, `organization_settings_domain_too_common`).
    See https://stytch.com/docs/api-reference/b2b/api/organizations/create-organization.
    """

    organization_name: OrganizationName
    claimed_email_domains: Sequence[str] | None = None


@get("/v1/b2b/organizations/{organization_id}")
class Get(OrganizationPath[OrganizationResponse]):
    """Fetch an organization.

    Raises OrganizationNotFoundError.
    See https://stytch.com/docs/api-reference/b2b/api/organizations/get-organization.
    """


@put("/v1/b2b/organizations/{organization_id}", Effect.REPEATABLE)
class Update(OrganizationParams[OrganizationResponse]):
    """Update an organization; omitted fields stay unchanged.

    At least one of `sso_jit_provisioning`, `email_jit_provisioning`, `email_invites` and `oauth_tenant_jit_provisioning` must
    differ from NOT_ALLOWED. A list replaces the current one; `[]` empties it. With `authorization`, each field needs its own
    permission, and `trusted_metadata` is not allowed.

    - `organization_id`: or its slug, or its external id.
    - `organization_name`: 1 to 128 characters.
    - `sso_default_connection_id`: one of the active connections.
    - `sso_jit_provisioning_allowed_connections`: used if `sso_jit_provisioning` is RESTRICTED.
    - `claimed_email_domains`: domains whose addresses only members of this organization may use; not available in every project.

    Raises OrganizationNotFoundError, OrganizationSlugTakenError, SessionAuthorizationError, BadRequestError
    (`organization_external_id_already_used`, `allowed_auth_methods_required_for_restricted`, `invalid_restricted_sso_setting`,
    `invalid_sso_default_connection_id`, `metadata_too_large`).
    See https://stytch.com/docs/api-reference/b2b/api/organizations/update-organization.
    """

    organization_id: InPath
    organization_name: OrganizationName | None = None
    sso_default_connection_id: str | None = None
    sso_jit_provisioning_allowed_connections: Sequence[str] | None = None
    claimed_email_domains: Sequence[str] | None = None
    authorization: AsMember = None


@frozen
class DeleteResponse(Response):
    """The id of the deleted organization."""

    organization_id: str


@delete("/v1/b2b/organizations/{organization_id}", Effect.REPEATABLE)
class Delete(OrganizationPath[DeleteResponse]):
    """Delete an organization and all its members, and revoke their sessions.

    Raises OrganizationNotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/delete-organization.
    """

    authorization: AsMember = None


@frozen
class SearchResponse(Page[Organization]):
    """One page of the organizations found."""

    organizations: list[Organization]
    results_metadata: ResultsMetadata


@post("/v1/b2b/organizations/search", Effect.READS)
class Search(PageParams[SearchResponse]):
    """Search organizations: all of the project's, or those that match a query.

    Do not use it during logins: a search can take 9 seconds, and 100 per minute are allowed.

    - `query`: filters by `organization_ids`, `organization_slugs`, `organization_slug_fuzzy`, `organization_name_fuzzy`,
      `member_emails`, `member_email_fuzzy`, `allowed_domains`, `allowed_domain_fuzzy`, `claimed_email_domains`,
      `has_active_sso_connection` (a bool), `sso_connection_id`. The fuzzy ones take a string of at least 3 characters.

    Raises SearchTimeoutError, BadRequestError (`organization_search_filter_name_not_recognized`, `user_search_invalid_cursor`,
    `user_search_invalid_limit`).
    See https://stytch.com/docs/api-reference/b2b/api/organizations/search-organizations.
    """

    query: OrMapping[SearchQuery] | None = None


@frozen
class GetMetricsResponse(Response):
    """Metrics of an organization."""

    member_count: int


@get("/v1/b2b/organizations/{organization_id}/metrics")
class GetMetrics(OrganizationPath[GetMetricsResponse]):
    """Count the members of an organization.

    Raises OrganizationNotFoundError.
    See https://stytch.com/docs/api-reference/b2b/api/organizations/overview.
    """


@frozen
class ListConnectedAppsResponse(Response):
    """The connected apps of an organization."""

    connected_apps: list[OrganizationConnectedApp]


@get("/v1/b2b/organizations/{organization_id}/connected_apps")
class ListConnectedApps(OrganizationPath[ListConnectedAppsResponse]):
    """List the connected apps that members of an organization have authorized.

    Raises OrganizationNotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/connected-app-org-get-all.
    """

    authorization: AsMember = None


@frozen
class GetConnectedAppResponse(Response):
    """A connected app, and the members who use it."""

    connected_app_id: str
    name: str
    description: str
    client_type: ConnectedAppClientType
    active_members: list[OrganizationConnectedAppActiveMember]
    logo_url: str | None = None


@get("/v1/b2b/organizations/{organization_id}/connected_apps/{connected_app_id}")
class GetConnectedApp(OrganizationPath[GetConnectedAppResponse]):
    """Fetch a connected app, with the members of an organization who have authorized it.

    Raises NotFoundError (`connected_app_not_found`), OrganizationNotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/connected-app-org-get.
    """

    connected_app_id: InPath
    authorization: AsMember = None


@delete("/v1/b2b/organizations/{organization_id}/external_id", Effect.REPEATABLE)
class DeleteExternalId(OrganizationPath[OrganizationResponse]):
    """Delete an organization's external id.

    Raises OrganizationNotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/organizations/delete-organization-external-id.
    """

    authorization: AsMember = None


class Organizations(Namespace[Mode]):
    """Organizations: create, search, update and delete them."""

    create: Final = Endpoint(Create)
    get: Final = Endpoint(Get)
    update: Final = Endpoint(Update)
    delete: Final = Endpoint(Delete)
    search: Final = PagedEndpoint(Search)
    metrics: Final = Endpoint(GetMetrics)
    connected_apps: Final = Endpoint(ListConnectedApps)
    get_connected_app: Final = Endpoint(GetConnectedApp)
    delete_external_id: Final = Endpoint(DeleteExternalId)

    @cached_property
    def members(self) -> OrganizationsMembers[Mode]:
        """The members of an organization."""
        from .members import OrganizationsMembers

        return OrganizationsMembers(self._send)
