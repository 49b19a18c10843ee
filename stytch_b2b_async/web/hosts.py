"""Host names and origins, compared as they are written: no pattern, no percent-encoding, no suffix."""

import re
from functools import lru_cache

import attrs

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_HOST = re.compile(
    r"((?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*|\[[0-9a-f:.]+\])(?::(\d{1,5}))?"
)
_ORIGIN = re.compile(r"(https?)://(.+)")
_LOOPBACK_V4 = re.compile(r"127\.\d{1,3}\.\d{1,3}\.\d{1,3}")
_MAX_HOST = 255
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
    return Host(found[1], None if found[2] is None else int(found[2])) if found else None


@lru_cache(maxsize=1_024)
def is_loopback(host: str) -> bool:
    """Return whether a `Host` header names this machine."""
    parsed = parse_host(host)
    name = parsed.name if parsed else ""
    return name in {"localhost", "[::1]"} or name.endswith(".localhost") or bool(_LOOPBACK_V4.fullmatch(name))


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
