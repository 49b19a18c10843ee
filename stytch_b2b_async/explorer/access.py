"""Who may use the explorer: the browser that opened its one-time address, from the explorer's own pages."""

import hmac
import secrets
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_OPENING: Final = "/open/"
_MAX_ADDRESSES: Final = 5
_OWN_SITES: Final = frozenset({"same-origin", "none"})
_ENTRANCE: Final = """\
<!doctype html><html lang="en"><meta charset="utf-8"><title>Stytch explorer</title><meta http-equiv="refresh" content="0;url=/">
<p><a href="/">Open the explorer</a></p></html>
"""
_EXPLANATION: Final = """\
This address was used before, or is not the explorer's. It works once, in one browser.
Press Enter where `stytch-b2b explorer` runs to get a new one.
"""


class Access:
    """Lets in the browser that opened a one-time address, by a cookie that no script can read and no other site can send."""

    def __init__(self) -> None:
        self._cookie = secrets.token_urlsafe(32)
        self._addresses: list[str] = []
        self._hosts: frozenset[str] = frozenset()
        self._port = 0

    def listen_on(self, host: str, port: int) -> None:
        """Set the address that browsers name in Host and Origin."""
        shown = f"[{host}]" if ":" in host else host
        self._hosts = frozenset(f"{name}:{port}" for name in (shown, "localhost"))
        self._port = port

    def new_path(self) -> str:
        """Create the path of an address that works once; the oldest unused one goes."""
        self._addresses = [*self._addresses, secrets.token_urlsafe(32)][-_MAX_ADDRESSES:]
        return f"{_OPENING}{self._addresses[-1]}"

    @property
    def middleware(self) -> Middleware:
        """The check before every handler."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.headers.get("Host") not in self._hosts:  # a name of another site that resolves to this machine
                return web.Response(status=421, text="This Host is not the explorer's.\n")
            if not self._is_of_own_page(request):
                return web.Response(status=403, text="Pages of other sites may not use the explorer.\n")
            if request.path.startswith(_OPENING) and request.method == "GET":
                return self._open(request.path.removeprefix(_OPENING))
            if not hmac.compare_digest(request.cookies.get(self._name, "").encode(), self._cookie.encode()):
                return web.Response(status=401, text=_EXPLANATION)
            return await handler(request)

        return check

    @property
    def _name(self) -> str:
        return f"stytch-b2b-explorer-{self._port}"  # cookies are shared between ports

    def _is_of_own_page(self, request: web.Request) -> bool:
        headers = request.headers
        is_own = headers.get("Sec-Fetch-Site", "none") in _OWN_SITES
        if request.method == "GET":  # a link from elsewhere shows a form at most, and brings no cookie
            return is_own or headers.get("Sec-Fetch-Mode") == "navigate"
        return is_own and headers.get("Origin") == f"http://{headers.get('Host')}"

    def _open(self, token: str) -> web.Response:
        known = next((address for address in self._addresses if hmac.compare_digest(address.encode(), token.encode())), None)
        if known is None:
            return web.Response(status=401, text=_EXPLANATION)
        self._addresses.remove(known)
        # Not a redirect: browsers count it as a request of the page that led here, and would leave out the cookie.
        response = web.Response(text=_ENTRANCE, content_type="text/html")
        response.set_cookie(self._name, self._cookie, httponly=True, samesite="Strict", path="/")
        return response
