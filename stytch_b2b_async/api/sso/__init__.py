"""Single sign-on (SSO): log in through an organization's identity provider, and manage the connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stytch_b2b_async.api._shared.connections import ConnectionOrganizationPath, ConnectionPath, DeleteConnectionResponse
from stytch_b2b_async.api._shared.factor_params import RedirectLoginParams
from stytch_b2b_async.api._shared.responses import OrganizationLoginResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Response, cached_property, delete, get, post
from stytch_b2b_async.models.enums import Locale
from stytch_b2b_async.models.sso import Connection, OIDCConnection, SAMLConnection
from stytch_b2b_async.schema import Secret, frozen

if TYPE_CHECKING:
    from .external import SSOExternal
    from .oidc import SSOOIDC
    from .saml import SSOSAML


@frozen
class GetConnectionsResponse(Response):
    """All SSO connections of an organization, by type."""

    saml_connections: list[SAMLConnection]
    oidc_connections: list[OIDCConnection]
    external_connections: list[Connection]


@get("/v1/b2b/sso/{organization_id}")
class GetConnections(ConnectionOrganizationPath[GetConnectionsResponse]):
    """List the SSO connections of an organization, active or not.

    Raises OrganizationNotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/sso/shared/get-sso-connections.
    """


@delete("/v1/b2b/sso/{organization_id}/connections/{connection_id}", Effect.REPEATABLE)
class DeleteConnection(ConnectionPath[DeleteConnectionResponse]):
    """Delete an SSO connection of any type.

    Raises BadRequestError (`cannot_delete_default_sso_connection`), NotFoundError (`sso_connection_not_found`),
    SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/sso/shared/delete-sso-connection.
    """


@frozen
class AuthenticateResponse(OrganizationLoginResponse):
    """A member, logged in through SSO unless another factor is missing."""

    reset_session: bool
    """Whether sessions outside of Stytch should be ended; Stytch's own are revoked."""


@post("/v1/b2b/sso/authenticate", Effect.ACTS_ONCE)
class Authenticate(RedirectLoginParams[AuthenticateResponse]):
    """Log a member in with the token from their identity provider's redirect.

    Starts a session of 60 minutes, unless the response says that another factor is missing: the intermediate session is then valid
    for this organization only. Creates the member if the organization's `sso_jit_provisioning` allows it.

    - `sso_token`: `token` in the query of the redirect.
    - `pkce_code_verifier`: PKCE: required if the login was started with a `pkce_code_challenge`.
    - `locale`: language of the text message, if the login sends one.

    Raises NotFoundError (`sso_token_not_found`), BadRequestError (`invalid_connection_for_jit_provisioning`), PKCEError.
    See https://stytch.com/docs/b2b/api/sso-authenticate.
    """

    sso_token: Secret
    locale: Locale | None = None


class SSO(Namespace[Mode]):
    """Single sign-on (SSO): log in through an organization's identity provider, and manage the connections."""

    get_connections: Final = Endpoint(GetConnections)
    delete_connection: Final = Endpoint(DeleteConnection)
    authenticate: Final = Endpoint(Authenticate)

    @cached_property
    def oidc(self) -> SSOOIDC[Mode]:
        """OpenID Connect (OIDC) connections."""
        from .oidc import SSOOIDC

        return SSOOIDC(self._send)

    @cached_property
    def saml(self) -> SSOSAML[Mode]:
        """SAML connections."""
        from .saml import SSOSAML

        return SSOSAML(self._send)

    @cached_property
    def external(self) -> SSOExternal[Mode]:
        """Connections that another organization shares."""
        from .external import SSOExternal

        return SSOExternal(self._send)
