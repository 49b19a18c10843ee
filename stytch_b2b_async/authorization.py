"""Calls on behalf of a member: the session whose roles the API checks."""

from typing import Annotated, TypeAlias

from stytch_b2b_async.schema.validation import check_fields, refuse_control_characters

from .schema import SENSITIVE, Location, Model, OrMapping, WireFormat, frozen


@frozen
class Authorization(Model):
    """Make a call on behalf of a member's session, with the rights of the member's roles.

    Without it, a call has the full rights of the project's secret. Raises ValueError if both token and JWT are missing, because the
    API would treat that as full rights.
    """

    session_token: Annotated[str | None, WireFormat("X-Stytch-Member-Session"), SENSITIVE] = None
    session_jwt: Annotated[str | None, WireFormat("X-Stytch-Member-SessionJWT"), SENSITIVE] = None

    def __attrs_post_init__(self) -> None:
        check_fields(self, "authorization.")
        given = {"session_token": self.session_token, "session_jwt": self.session_jwt}
        for name, value in given.items():
            if value is not None:
                _check_header(f"authorization.{name}", value)
        if self.session_token is None and self.session_jwt is None:
            raise ValueError("authorization needs a session_token or a session_jwt; without one, the call would have full rights")


def _check_header(path: str, value: str) -> None:
    if not value.strip():
        raise ValueError(f"{path} must not be empty; without it, the call would have full rights")
    refuse_control_characters(path, value)
    if not value.isascii():
        raise ValueError(f"{path} must be ASCII")


AsMember: TypeAlias = Annotated[OrMapping[Authorization] | None, Location.HEADERS]
"""The `authorization` of an endpoint that a member may call."""
