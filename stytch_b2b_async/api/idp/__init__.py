"""The project as an identity provider: consent, and tokens of connected apps."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from stytch_b2b_async.endpoint import Body, Effect, Endpoint, Mode, Namespace, Response, cached_property, post
from stytch_b2b_async.models.rbac import AuthorizationCheck
from stytch_b2b_async.runtime.local import LocalRequest, SendRequest
from stytch_b2b_async.schema import Location, OpenEnum, OrMapping, Secret, WireFormat, frozen
from stytch_b2b_async.verify import scopes

from ._local import IntrospectAccessTokenLocal

if TYPE_CHECKING:
    from stytch_b2b_async.concurrency.flow import Flow
    from stytch_b2b_async.verify.verifier import Verifier

    from .oauth import IDPOAuth


@frozen
class IntrospectTokenNetworkResponse(Response):
    """The claims of a token; for an invalid token, only `active`, which is False."""

    active: bool | None = None
    """Do not trust the other fields unless this is True."""
    sub: str | None = None
    """The member's id."""
    scope: str | None = None
    """Scopes, separated by spaces."""
    aud: list[str] | None = None
    exp: int | None = None
    """When the token expires, in seconds since 1970."""
    iat: int | None = None
    """When the token was issued, in seconds since 1970."""
    iss: str | None = None
    nbf: int | None = None
    """When the token becomes valid, in seconds since 1970."""
    token_type: str | None = None
    """`access_token` or `refresh_token`."""
    organization: Annotated[dict[str, Any] | None, WireFormat("https://stytch.com/organization")] = None
    """`organization_id` and `slug` of the member's organization."""
    custom_claims: Annotated[dict[str, Any] | None, WireFormat(catch_all=True)] = None
    """Every other claim, `client_id` among them."""


@post("/v1/public/{project_id}/oauth2/introspect", Effect.READS, body=Body.FORM)
class IntrospectTokenNetwork(LocalRequest[IntrospectTokenNetworkResponse]):
    """Ask the API whether a connected app's token is valid, and for its claims.

    For an expired, revoked or forged token, `active` is False. The client needs a project id.

    - `client_id`: the connected app that the token was issued to.
    - `client_secret`: required unless the app is public.
    - `authorization_check`: an action that one of the token's scopes must grant, in the token's own organization; checked locally
      against the project's policy, and not sent.

    Raises APIStatusError, whose `error_type` is then an OAuth error code, such as `invalid_client`.
    See https://stytch.com/docs/api-reference/b2b/api/connected-apps/methods/introspect-token.
    """

    token: Secret
    client_id: str
    client_secret: Secret | None = None
    token_type_hint: OpenEnum[Literal["access_token", "refresh_token"]] | None = None
    authorization_check: Annotated[OrMapping[AuthorizationCheck] | None, Location.CLIENT_ONLY] = None

    def steps(self, verifier: "Verifier", send: SendRequest) -> "Flow[IntrospectTokenNetworkResponse]":
        """Call the API, then check the scopes."""
        response: IntrospectTokenNetworkResponse = yield partial(send, self)
        check = self.authorization_check
        if isinstance(check, AuthorizationCheck):
            organization_id = (response.organization or {}).get("organization_id", "") if response.active else ""
            yield from verifier.policies.authorize_scopes(scopes.split(response.scope), organization_id, check)
        return response


class IDP(Namespace[Mode]):
    """The project as an identity provider: consent, and tokens of connected apps."""

    introspect_token_network: Final = Endpoint(IntrospectTokenNetwork)
    introspect_access_token_local: Final = Endpoint(IntrospectAccessTokenLocal)

    @cached_property
    def oauth(self) -> "IDPOAuth[Mode]":
        """The consent page, where a member authorizes a connected app."""
        from .oauth import IDPOAuth

        return IDPOAuth(self._send)
