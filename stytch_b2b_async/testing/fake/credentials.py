"""What a browser or a program brings along: cookies and headers that are really signed."""

from datetime import timedelta
from typing import Final, Self

from stytch_b2b_async.logins import LoggedIn
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import MemberSession

from . import ageing
from .backend import Backend

_TOKEN_COOKIE: Final = "stytch_session"  # noqa: S105  # a name
_JWT_COOKIE: Final = "stytch_session_jwt"
_OWN: Final = "__Host-"


class SignedIn:
    """A member with a session."""

    def __init__(self, backend: Backend, login: LoggedIn) -> None:
        self._backend = backend
        self._login = login

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies of the session, for HTTPS and for plain HTTP; after `age`, older ones."""
        shared = {_TOKEN_COOKIE: self.session_token, _JWT_COOKIE: self.session_jwt}
        return {**shared, **{_OWN + name: value for name, value in shared.items()}}

    @property
    def headers(self) -> dict[str, str]:
        """The header of an API client that brings the session JWT."""
        return {"Authorization": f"Bearer {self.session_jwt}"}

    @property
    def session_token(self) -> str:
        """Authenticates the session until it expires or is revoked."""
        return self._login.session_token

    @property
    def session_jwt(self) -> str:
        """Authenticates the session for five minutes."""
        return self._login.session_jwt

    @property
    def member_session(self) -> MemberSession:
        """The session, as it is in the JWT."""
        return self._login.member_session

    @property
    def member(self) -> Member:
        """The member."""
        return self._login.member

    @property
    def organization(self) -> Organization:
        """The member's organization."""
        return self._login.organization

    def revoke(self) -> None:
        """End the session at Stytch, as another device would: its JWT lives on until it expires."""
        session_id = self.member_session.member_session_id
        self._backend.transact(lambda project: project.sessions.revoke(session_id))

    def age(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> Self:
        """Make the session and its factors older, and replace the JWT by one that was signed so long ago.

        `cookies` and `headers` have the older JWT: a test client must be given them again. A JWT expires after five minutes, the
        session after an hour unless it was started with another duration.
        """
        by = timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        self._login = self._backend.transact(lambda project: ageing.aged_session(project, self._login, by))
        return self

    def __repr__(self) -> str:
        return f"SignedIn({self.member.email_address!r}, organization={self.organization.organization_slug!r})"


class IssuedToken:
    """An access token of a machine, or of a connected app."""

    def __init__(self, backend: Backend, client_id: str, access_token: str) -> None:
        self._backend = backend
        self._access_token = access_token
        self.client_id: str = client_id

    @property
    def access_token(self) -> str:
        """The token."""
        return self._access_token

    @property
    def headers(self) -> dict[str, str]:
        """The header that brings the token."""
        return {"Authorization": f"Bearer {self._access_token}"}

    def age(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> Self:
        """Replace the token by one that was signed so long ago; it expires after an hour."""
        by = timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        self._access_token = self._backend.transact(lambda project: ageing.aged_token(project, self._access_token, by))
        return self

    def __repr__(self) -> str:
        return f"IssuedToken(client_id={self.client_id!r})"
