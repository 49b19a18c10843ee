"""Machine-to-machine clients and their tokens."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Final

from stytch_b2b_async.endpoint import Effect, Endpoint, M, Namespace, Request, Response, post
from stytch_b2b_async.schema import Secret, Wire, frozen
from stytch_b2b_async.tracebacks import clean_traceback
from stytch_b2b_async.verify.machines import AuthenticateToken
from stytch_b2b_async.verify.token_source import TokenSource

if TYPE_CHECKING:
    from .clients import M2MClients


@frozen
class GetTokenResponse(Response):
    """A token to send along with calls between machines."""

    access_token: Secret
    """A JWT."""
    token_type: str
    """`bearer`."""
    expires_in: int
    """Seconds, 3600 as a rule."""


@post(
    "/v1/public/{project_id}/oauth2/token",
    Effect.REPEATABLE,
    constant_body={"grant_type": "client_credentials"},
)
class GetToken(Request[GetTokenResponse]):
    """Get an access token with the id and secret of a machine-to-machine client.

    Any number of tokens may be valid beside one another. The client that sends this must know its project.

    - `scopes`: some of the scopes that the client has; all of them when left out.

    Raises APIStatusError, whose `error_type` is then one of OAuth's words, such as `invalid_client`.
    See https://stytch.com/docs/b2b/api/get-m2m-token.
    """

    client_id: str
    client_secret: Secret
    scopes: Annotated[Sequence[str] | None, Wire(name="scope", join=" ")] = None


class M2M(Namespace[M]):
    """Machine-to-machine clients and their tokens."""

    token: Final = Endpoint(GetToken)
    authenticate_token: Final = Endpoint(AuthenticateToken)

    @clean_traceback
    def token_source(self, *, client_id: str, client_secret: str, scopes: Sequence[str] | None = None) -> TokenSource[M]:
        """Keep a token of a machine-to-machine client at hand: fetched when first asked for, renewed before it ends."""
        return TokenSource(self._send, GetToken(client_id=client_id, client_secret=client_secret, scopes=scopes))

    @cached_property
    def clients(self) -> "M2MClients[M]":
        """The clients that may ask for tokens."""
        from .clients import M2MClients

        return M2MClients(self._send)
