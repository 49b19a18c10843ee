"""Requests that another site makes a browser send, with the visitor's cookies (CSRF)."""

from collections.abc import Iterable
from typing import cast

from stytch_b2b_async.wire.hosts import parse_host, parse_origin, without_default_port

from .credentials import Headers
from .http import RequestHead

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def trusted(origins: Iterable[str]) -> frozenset[str]:
    """Check the origins that may send requests with cookies. Raises ValueError."""
    if isinstance(cast("object", origins), str):
        raise TypeError("trusted_origins must be a list of origins, not a str")
    return frozenset(_trusted(origin) for origin in origins)


def _trusted(origin: str) -> str:
    parsed = parse_origin(origin)
    if parsed is None or origin != origin.lower():
        raise ValueError(
            f"{origin!r} is not an origin, such as https://app.example.com: a scheme and a host, without pattern or path"
        )
    scheme, host = parsed
    return f"{scheme}://{host.name}" if host.port is None else f"{scheme}://{host.name}:{host.port}"


def is_cross_site(head: RequestHead, headers: Headers, trusted_origins: frozenset[str]) -> bool:
    """Return whether another site may have made a browser send this request."""
    if head.method.upper() in SAFE_METHODS and not head.is_websocket:
        return False
    if headers.fetch_site in {"same-origin", "none"}:
        return False
    if headers.origin is None:
        return headers.fetch_site is not None  # without either header, it is not a browser
    if headers.origin in trusted_origins:
        return False
    # A browser that says cross-site or same-site has compared the whole origin; only older ones leave that to the host.
    return headers.fetch_site is not None or not _is_same_host(head.scheme, headers)


def _is_same_host(scheme: str, headers: Headers) -> bool:
    origin, host = parse_origin(headers.origin or ""), parse_host(headers.host)
    if origin is None or host is None:
        return False
    origin_scheme, origin_host = origin
    if origin_scheme == "http" and scheme not in {"http", "ws"}:
        return False  # whoever controls the network can write a page for http
    return origin_host == without_default_port(origin_scheme, host)
