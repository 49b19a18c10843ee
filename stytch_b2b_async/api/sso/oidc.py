"""OpenID Connect (OIDC) connections."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.api._shared.connections import ConnectionPath, CreateSSOConnectionParams, OIDCConnectionResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, post, put
from stytch_b2b_async.models.enums import SsoIdentityProvider
from stytch_b2b_async.schema import JSONObject, Secret, frozen


@post("/v1/b2b/sso/oidc/{organization_id}", Effect.ACTS_ONCE)
class CreateConnection(CreateSSOConnectionParams[OIDCConnectionResponse]):
    """Create an OIDC connection, which is pending until `update_connection` has completed it.

    Configure its `redirect_url` at the identity provider.

    - `identity_provider`: one that the API knows, or `generic`.

    Raises BadRequestError (`too_many_sso_connections`), OrganizationNotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/sso/oidc/create-oidc-connection.
    """


@frozen
class UpdateConnectionResponse(OIDCConnectionResponse):
    """The OIDC connection after the call."""

    warning: str | None = None
    """Why the issuer's metadata could not be read; the update was made nevertheless."""


@put("/v1/b2b/sso/oidc/{organization_id}/connections/{connection_id}", Effect.REPEATABLE)
class UpdateConnection(ConnectionPath[UpdateConnectionResponse]):
    """Update an OIDC connection; omitted fields stay unchanged.

    For a new `issuer`, its metadata is fetched (`/.well-known/openid-configuration`) and sets the URLs that are omitted. The
    connection becomes active once it has an issuer, a client id and secret, and all four URLs.

    - `custom_scopes`: scopes to request instead of `openid email profile`, joined with `%20`.
    - `attribute_mapping`: keys of the member's `trusted_metadata`, and the identity provider's claim for each.

    Raises NotFoundError (`oidc_connection_not_found`), BadRequestError (`oidc_connection_…` for what is missing or malformed),
    SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/update-oidc-connection.
    """

    display_name: str | None = None
    client_id: str | None = None
    client_secret: Secret | None = None
    issuer: str | None = None
    authorization_url: str | None = None
    token_url: str | None = None
    userinfo_url: str | None = None
    jwks_url: str | None = None
    identity_provider: SsoIdentityProvider | None = None
    custom_scopes: str | None = None
    attribute_mapping: JSONObject | None = None


class SSOOIDC(Namespace[Mode]):
    """OpenID Connect (OIDC) connections."""

    create_connection: Final = Endpoint(CreateConnection)
    update_connection: Final = Endpoint(UpdateConnection)
