"""Access to the control routes, which need no credentials: for local programs, not for web pages."""

import ipaddress
import re
from http import HTTPStatus
from urllib.parse import urlsplit

from stytch_b2b_async.config import NETLOC
from stytch_b2b_async.emulator.errors import EmulatedError, forbidden
from stytch_b2b_async.wire.incoming import HTTPRequest


def require_local(request: HTTPRequest) -> None:
    """Reject a Host that is not a loopback name: a web page whose name resolves to this machine (DNS rebinding) sends its own."""
    if not is_local(_hostname(request.headers.get("host", ""))):
        message = "This Host is not allowed; use 127.0.0.1 or localhost, or start the emulator with allow_remote=True."
        raise EmulatedError("misdirected_request", message, HTTPStatus.MISDIRECTED_REQUEST)


def require_own_origin(request: HTTPRequest) -> None:
    """Reject changes by web pages of other sites, which browsers name in Origin."""
    origin = request.headers.get("origin")
    if origin is None:
        return
    host = _hostname(origin.partition("://")[2])
    if not is_local(host) and (not host or host != _hostname(request.headers.get("host", ""))):
        raise forbidden("cross_origin_request", "Pages of other sites may not use this route.")


def is_local(host: str) -> bool:
    """Return whether a host is a loopback name or address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _hostname(netloc: str) -> str:
    try:
        return urlsplit(f"//{netloc}").hostname or "" if re.fullmatch(NETLOC, netloc) else ""
    except ValueError:
        return ""
