"""Who may use the control routes, which need no credentials: programs on this machine, and not pages of the web."""

import ipaddress
from http import HTTPStatus
from urllib.parse import urlsplit

from stytch_b2b_async.emulator.codec import HTTPRequest
from stytch_b2b_async.emulator.errors import EmulatedError, forbidden


def require_local(request: HTTPRequest) -> None:
    """Refuse a Host that is not this machine's own: a web page whose name was pointed here (DNS rebinding) sends its own name."""
    if not is_local(_hostname(request.headers.get("host", ""))):
        message = "This Host is not answered here; use 127.0.0.1 or localhost, or start the emulator with allow_remote=True."
        raise EmulatedError("misdirected_request", message, HTTPStatus.MISDIRECTED_REQUEST)


def require_own_origin(request: HTTPRequest) -> None:
    """Refuse to change anything for a web page of another site; browsers name the site of a page in Origin."""
    origin = request.headers.get("origin")
    if origin is None:
        return
    host = _hostname(origin.partition("://")[2])
    if not is_local(host) and (not host or host != _hostname(request.headers.get("host", ""))):
        raise forbidden("cross_origin_request", "A page of another site may not use this route.")


def is_local(host: str) -> bool:
    """Tell whether a host is a name or an address of the loopback interface."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _hostname(netloc: str) -> str:
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""
