"""Check the project's credentials."""

from typing import Final

from stytch_b2b_async.endpoint import Endpoint, Mode, Namespace, Request, Response, get
from stytch_b2b_async.schema import frozen


@frozen
class WhoAmIResponse(Response):
    """The project that the credentials belong to."""

    project_id: str
    name: str


@get("/v1/debug/whoami")
class WhoAmI(Request[WhoAmIResponse]):
    """Return the project of the credentials: a cheap way to check them.

    Raises AuthenticationError (`unauthorized_credentials`), BadRequestError (`invalid_project_id_authentication`).
    See https://stytch.com/docs/api-reference/b2b/api/overview.
    """


class Debug(Namespace[Mode]):
    """Check the project's credentials."""

    whoami: Final = Endpoint(WhoAmI)
