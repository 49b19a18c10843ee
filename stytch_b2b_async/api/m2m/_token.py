"""Getting a token for a machine-to-machine client."""

from collections.abc import Sequence
from typing import Annotated

from stytch_b2b_async.endpoint import Effect, Request, Response, post
from stytch_b2b_async.schema import Secret, WireFormat, frozen


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

    - `scopes`: some of the scopes that the client has; default: all of them.

    Raises APIStatusError, whose `error_type` is then an OAuth error code, such as `invalid_client`.
    See https://stytch.com/docs/b2b/api/get-m2m-token.
    """

    client_id: str
    client_secret: Secret
    scopes: Annotated[Sequence[str] | None, WireFormat(name="scope", join=" ")] = None
