"""Host names and origins, compared as they are written: no pattern, no percent-encoding, no suffix."""

import ipaddress
import re
from functools import lru_cache

import attrs

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_HOST = re.compile(
    r"((?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?"
)
_ORIGIN = re.compile(r"(https?)://(.+)")
_MAX_HOST = 255
_MAX_PORT = 65_535
_DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


@attrs.frozen
class Host:
    """A host as a request names it."""

    name: str
    """In lower case; an IPv6 address in brackets."""
    port: int | None
    """None for the scheme's own."""


@lru_cache(maxsize=1_024)
def parse_host(text: str) -> Host | None:
    """Read a `Host` header; None if it is malformed."""
    found = _HOST.fullmatch(text.lower()) if len(text) <= _MAX_HOST else None
    if found is None or (found[1].startswith("[") and _address(found[1]) is None):
        return None
    host = Host(found[1], None if found[2] is None else int(found[2]))
    return host if host.port is None or host.port <= _MAX_PORT else None


@lru_cache(maxsize=1_024)
def is_loopback(host: str) -> bool:
    """Return whether a `Host` header names this machine."""
    parsed = parse_host(host)
    if parsed is None:
        return False
    address = _address(parsed.name)
    return parsed.name == "localhost" or parsed.name.endswith(".localhost") or (address is not None and address.is_loopback)


def is_domain(text: str) -> bool:
    """Return whether a text is a domain name of two labels or more, in lower case."""
    return len(text) <= _MAX_HOST and bool(_DOMAIN.fullmatch(text))


@lru_cache(maxsize=1_024)
def parse_origin(text: str) -> tuple[str, Host] | None:
    """Read an `Origin` as its scheme and host, without the scheme's own port; None if it is malformed, or `null`."""
    found = _ORIGIN.fullmatch(text.lower())
    host = parse_host(found[2]) if found else None
    return (found[1], without_default_port(found[1], host)) if found and host else None


def without_default_port(scheme: str, host: Host) -> Host:
    """Return the host without the port that its scheme implies."""
    return attrs.evolve(host, port=None) if host.port == _DEFAULT_PORTS.get(scheme) else host


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.IPv6Address(name[1:-1]) if name.startswith("[") else ipaddress.IPv4Address(name)
    except ValueError:
        return None
