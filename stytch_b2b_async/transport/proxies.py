"""Proxies configured by environment variables."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple
from urllib import request
from urllib.request import getproxies, getproxies_environment, proxy_bypass

import aiohttp
from yarl import URL

from stytch_b2b_async._tracebacks import clean_traceback
from stytch_b2b_async.config import is_loopback

_bypass_environment: Any = request.proxy_bypass_environment  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]  # typeshed lacks it


class Proxy(NamedTuple):
    """A proxy's address and the headers with its credentials."""

    url: URL
    headers: Mapping[str, str] | None

    def __repr__(self) -> str:
        return f"Proxy(url={self.url!r})"


class Proxies:
    """`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, as set at construction.

    Lower case counts before upper case. Proxies tunnel https:// and see neither credentials nor requests. This machine is reached
    without any, and http:// beyond it not at all where a proxy would be asked: that would see everything.

    aiohttp's own way also reads ~/.netrc: an entry for the API's host would take the place of the project's credentials.
    """

    @clean_traceback  # addresses of proxies hold credentials
    def __init__(self) -> None:
        named = getproxies_environment()
        self._bypass: Callable[[str], object] = partial(_bypass_environment, proxies=named) if named else proxy_bypass
        self._proxies = {name: _proxy(name, url) for name, url in getproxies().items() if name in {"http", "https", "all"}}
        self._known: dict[tuple[str, str, int | None], Proxy | None] = {}

    def find(self, url: URL) -> Proxy | None:
        """Find the proxy for an address, None if direct. Raises ValueError if the proxy would see the project's secret."""
        origin = (url.scheme, url.host or "", url.port)
        if origin not in self._known:
            proxy = self._proxies.get(url.scheme, self._proxies.get("all"))
            if proxy is not None and (is_loopback(str(url)) or self._bypass(f"{origin[1]}:{url.port}") or self._bypass(origin[1])):
                proxy = None
            self._known[origin] = proxy
        proxy = self._known[origin]
        if proxy is not None and url.scheme != "https":
            raise ValueError(
                f"{url.origin()} would be reached through the environment's proxy, which would see the project's secret: "
                f"use https://, or name the host in NO_PROXY"
            )
        return proxy


def _proxy(name: str, address: str) -> Proxy:
    """Separate a proxy's address from its credentials, which would appear in reprs of connections."""
    try:
        url = URL(address if "://" in address else f"http://{address}")
        valid = url.scheme == "http" and bool(url.host)
        user, password = url.user, url.password
    except ValueError:
        url, valid, user, password = URL(), False, None, None
    if not valid:
        raise ValueError(f"the environment's {name}_proxy must be an http:// address")  # which may hold credentials
    if user is None and password is None:
        return Proxy(url, None)
    basic = aiohttp.encode_basic_auth(user or "", password or "")
    return Proxy(url.with_user(None), {"Proxy-Authorization": basic})
