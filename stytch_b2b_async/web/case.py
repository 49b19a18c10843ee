"""One request that is being decided about."""

import attrs

from .cookies import CookieNames, Cookies, SetCookie
from .credentials import Headers, SessionCookies
from .http import RequestHead


@attrs.define(eq=False)
class Case:
    """A request, what its headers say, and the cookies that are to leave."""

    head: RequestHead
    headers: Headers
    policy: Cookies
    names: CookieNames
    session: SessionCookies
    """Empty for a request with a bearer token."""
    outgoing: tuple[SetCookie, ...] = ()

    @property
    def is_navigation(self) -> bool:
        """Whether a browser asks for a page to show in a tab of its own, rather than a script or a frame for some data."""
        headers = self.headers
        if self.head.is_websocket or self.head.method != "GET" or headers.bearer is not None:
            return False
        if headers.fetch_mode is None and headers.fetch_dest is None:
            return "text/html" in headers.accept.lower()  # a browser from before 2023
        return headers.fetch_mode == "navigate" and headers.fetch_dest == "document"

    def clear(self) -> None:
        """Delete the session's cookies, if the browser has any."""
        if self.session:
            self.outgoing = self.policy.cleared(self.head.scheme, self.headers.host)

    def set_session(self, *, session_token: str, session_jwt: str, max_age: float) -> None:
        """Set the session's cookies."""
        self.outgoing = self.policy.session(
            self.head.scheme, self.headers.host, session_token=session_token, session_jwt=session_jwt, max_age=max_age
        )
