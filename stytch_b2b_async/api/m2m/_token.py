"""Get an access token for a machine-to-machine client."""

from collections.abc import Sequence
from typing import Annotated

from stytch_b2b_async.endpoint import Effect, Request, Response, post
from stytch_b2b_async.schema import Secret, WireFormat, frozen


@frozen
class GetTokenResponse(Response):
    """An access token of a machine-to-machine client."""

    access_token: Secret
    """A JWT."""
    token_type: str
    """`bearer`."""
    expires_in: int
    """Lifetime in seconds, usually 3600."""


@post(
    "/v1/public/{project_id}/oauth2/token",
    Effect.REPEATABLE,
    constant_body={"grant_type": "client_credentials"},
)
class GetToken(Request[GetTokenResponse]):
    """Get an access token with the id and secret of a machine-to-machine client.

    Several tokens may be valid at the same time. The SDK's client needs a project id.

    - `scopes`: some of the client's scopes; default: all of them.

    Raises APIStatusError, whose `error_type` is then an OAuth error code, such as `invalid_client`.
    See https://stytch.com/docs/b2b/api/get-m2m-token.
    """

    client_id: str
    client_secret: Secret
    scopes: Annotated[Sequence[str] | None, WireFormat("scope", delimiter=" ")] = None
