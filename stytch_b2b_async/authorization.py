"""Acting as a member: the session whose roles the API checks before it does what is asked."""

from typing import Annotated, TypeAlias

from stytch_b2b_async.schema.validation import check_fields, refuse_control_characters

from .schema import Hidden, Location, Model, OrMapping, WireFormat, frozen


@frozen
class Authorization(Model):
    """Limit a call to what a member's session may do.

    Without one, a call has the full rights of the project's secret. Raises ValueError when it holds neither token nor JWT, since
    the API would take that for full rights.
    """

    session_token: Annotated[str | None, WireFormat("X-Stytch-Member-Session"), Hidden.SECRET] = None
    session_jwt: Annotated[str | None, WireFormat("X-Stytch-Member-SessionJWT"), Hidden.SECRET] = None

    def __attrs_post_init__(self) -> None:
        check_fields(self, "authorization.")
        given = {"session_token": self.session_token, "session_jwt": self.session_jwt}
        for name, value in given.items():
            if value is not None:
                _check_header(f"authorization.{name}", value)
        if self.session_token is None and self.session_jwt is None:
            raise ValueError("authorization needs a session_token or a session_jwt: without one the call would have full rights")


def _check_header(path: str, value: str) -> None:
    if not value.strip():
        raise ValueError(f"{path} must not be empty: without it the call would have full rights")
    refuse_control_characters(path, value)
    if not value.isascii():
        raise ValueError(f"{path} must be ASCII, as tokens are")


AsMember: TypeAlias = Annotated[OrMapping[Authorization] | None, Location.HEADERS]
"""The `authorization` of an endpoint that a member may call."""
