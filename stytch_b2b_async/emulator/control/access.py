"""Access to the control routes, which need no credentials: for local programs, not for web pages."""

from http import HTTPStatus

from stytch_b2b_async.emulator.errors import EmulatedError, forbidden
from stytch_b2b_async.wire.hosts import is_loopback, parse_host, parse_origin
from stytch_b2b_async.wire.incoming import HTTPRequest


def require_local(request: HTTPRequest) -> None:
    """Reject a Host that is not a loopback name: a web page whose name resolves to this machine (DNS rebinding) sends its own."""
    if not is_loopback(request.headers.get("host", "")):
        message = "This Host is not allowed; use 127.0.0.1 or localhost, or start the emulator with allow_remote=True."
        raise EmulatedError("misdirected_request", message, HTTPStatus.MISDIRECTED_REQUEST)


def require_own_origin(request: HTTPRequest) -> None:
    """Reject changes by web pages of other sites, which browsers name in Origin."""
    origin = request.headers.get("origin")
    if origin is None:
        return
    page = parse_origin(origin)
    host = parse_host(request.headers.get("host", ""))
    if page is None or not (is_local(page[1].name) or (host is not None and page[1].name == host.name)):
        raise forbidden("cross_origin_request", "Pages of other sites may not use this route.")


def is_local(host: str) -> bool:
    """Return whether a host, without a port, is a loopback name or address."""
    return is_loopback(f"[{host}]" if ":" in host and not host.startswith("[") else host)
