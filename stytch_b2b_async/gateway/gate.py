"""What is checked before a request is looked into: its target, host and origin."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import unquote

from aiohttp import web

from stytch_b2b_async.wire.hosts import parse_host

from .answer import Answer
from .refusal import RefusalError

_MAX_TARGET: Final = 4096
_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@|%-]+)+")
_QUERY: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?|-]|%(?![01]|7[Ff])[0-9A-Fa-f]{2})*")  # no control characters
_ENCODED: Final = re.compile(r"%(?:[0-9A-Fa-f]{2})?")
_UNCLEAR: Final = frozenset("/\\.%?#")
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
_METHODS: Final = "GET, POST, PUT, DELETE"
_HEADERS: Final = "Authorization, Content-Type, X-Stytch-Member-Session, X-Stytch-Member-SessionJWT"


class Target(NamedTuple):
    """What a request asks for."""

    path: str
    """Percent-encoded; begins with a slash."""
    query: str


def read_target(raw: str, prefix: str) -> Target:
    """Read the target of a request below a prefix. Raises RefusalError unless it is a plain path that means one thing only."""
    if len(raw) > _MAX_TARGET:
        raise RefusalError(HTTPStatus.REQUEST_URI_TOO_LONG, "bad_request", "The URL is too long.", closes=True)
    path, _, query = raw.partition("?")
    if not path.startswith(prefix + "/"):
        raise RefusalError.bad_request("The request's target must be a path.", closes=True)  # no absolute form, no `*`
    path = path[len(prefix) :]
    if not _PATH.fullmatch(path) or ("%" in path and any(map(_is_unclear, _ENCODED.findall(path)))):
        raise RefusalError.bad_request("The path has characters that the gateway does not pass on.")
    if "%20" in path and any(unquote(segment) != unquote(segment).strip() for segment in path.split("/")):
        raise RefusalError.bad_request("An id in the path must not begin or end with a space.")
    if "/." in path and any(segment in {".", ".."} for segment in path.split("/")):
        raise RefusalError.bad_request("The path must not have dot segments.")
    if query and not _QUERY.fullmatch(query):
        raise RefusalError.bad_request("The query has characters that the gateway does not pass on.")
    return Target(path, query)


def _is_unclear(escape: str) -> bool:
    """Return whether an escape could be read in two ways, or is not in any id: a slash, a dot, an escape, a control character."""
    character = unquote(escape)
    return len(escape) == 1 or character in _UNCLEAR or not (character.isascii() and character.isprintable())


class Gate:
    """The hosts that the gateway answers to, and the origins whose pages may use it. Raises ValueError for malformed ones."""

    def __init__(self, hosts: Iterable[str], origins: Iterable[str]) -> None:
        self._hosts = frozenset({*_LOOPBACK, *map(_named_host, hosts)})
        self._origins = frozenset(map(_named_origin, origins))

    def check(self, request: web.BaseRequest) -> str | None:
        """Check whom a request was meant for, and which page sent it; return the page's origin if it is named.

        Raises RefusalError.
        """
        headers = request.headers
        hosts = headers.getall("Host", ())
        if len(hosts) != 1 or _hostname(hosts[0]) not in self._hosts:
            message = "This gateway does not answer to that Host."
            raise RefusalError(HTTPStatus.MISDIRECTED_REQUEST, "misdirected_request", message, closes=True)
        origins = headers.getall("Origin", ())
        sites = headers.getall("Sec-Fetch-Site", ())
        if not origins and not sites:
            return None  # not a browser
        if len(origins) == 1 and origins[0] in self._origins:
            return origins[0]
        if any(origin != f"{request.scheme}://{hosts[0]}" for origin in origins) or any(
            site not in {"same-origin", "none"} for site in sites
        ):
            message = "Pages of other origins may not use this gateway."
            raise RefusalError(HTTPStatus.FORBIDDEN, "cross_origin_request", message)
        return None


def preflight(request: web.BaseRequest) -> Answer | None:
    """Answer a browser that asks whether a page of a named origin may send a request; None if this is not what it asks."""
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
        return None
    allowed = {
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": _HEADERS,
        "Access-Control-Max-Age": "600",
    }
    return Answer(HTTPStatus.NO_CONTENT.value, headers=allowed)


def _hostname(netloc: str) -> str:
    host = parse_host(netloc)
    return host.name if host else ""


def _named_host(host: str) -> str:
    name = _hostname(f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host)
    if not name:
        raise ValueError(f"{host!r} is not the name or address of a host")
    return name


def _named_origin(origin: str) -> str:
    scheme, _, netloc = origin.partition("://")
    if scheme not in {"http", "https"} or not re.fullmatch(r"[a-z0-9.:\[\]-]+", netloc) or not _hostname(netloc):
        raise ValueError(f"{origin!r} is not an origin such as https://tools.example.com")
    return origin
