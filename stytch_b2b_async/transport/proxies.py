"""The proxies that the environment names."""

from urllib.request import getproxies, proxy_bypass

from yarl import URL


class Proxies:
    """What `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say.

    aiohttp's own way also reads ~/.netrc: an entry for the API's host would take the place of the project's credentials.
    """

    def __init__(self) -> None:
        self._proxies = {name: _proxy(name, url) for name, url in getproxies().items() if name in {"http", "https", "all"}}
        self._known: dict[tuple[str, str | None], URL | None] = {}

    def find(self, url: URL) -> URL | None:
        """Find the proxy on the way to an address, if there is one."""
        origin = (url.scheme, url.host_port_subcomponent)
        if origin not in self._known:
            direct = proxy_bypass(origin[1] or "")
            self._known[origin] = None if direct else self._proxies.get(url.scheme, self._proxies.get("all"))
        return self._known[origin]


def _proxy(name: str, url: str) -> URL:
    try:
        proxy = URL(url if "://" in url else f"http://{url}")
    except ValueError:
        proxy = URL()
    if proxy.scheme != "http" or not proxy.host:
        raise ValueError(f"the environment's {name}_proxy must be an http:// address")  # which may hold credentials
    return proxy
