"""Read a request's credentials from its headers. Frameworks disagree on repeated cookies and headers, so none is asked."""

import re

import attrs

from .cookies import CookieNames
from .http import RequestHead
from .problems import MALFORMED, TOO_LARGE, Problem

MAX_HEADERS = 131_072
"""Bytes of all headers that are looked at; servers commonly stop at less."""
MAX_VALUES = 4
"""Different values of one cookie that are looked at."""
_SESSION_TOKEN = re.compile(r"[\w=-]{16,256}", re.ASCII)


@attrs.define(eq=False)
class Headers:
    """The headers that decide, each as received."""

    host: str
    bearer: str | None = attrs.field(repr=False)
    """A token; None without an `Authorization: Bearer`."""
    cookies: list[bytes] = attrs.field(repr=False)
    origin: str | None
    fetch_site: str | None
    fetch_mode: str | None
    fetch_dest: str | None
    accept: str


@attrs.define(eq=False)
class SessionCookies:
    """The values of a session's two cookies, each once, as far as they can be what they are named."""

    tokens: list[str] = attrs.field(repr=False)
    jwts: list[str] = attrs.field(repr=False)
    is_malformed: bool
    """Whether a cookie holds something that is not a token."""

    def __bool__(self) -> bool:
        return bool(self.tokens or self.jwts or self.is_malformed)


_ONCE = frozenset(
    {b"authorization", b"host", b"origin", b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest", b"cookie", b"accept"}
)


def read_headers(head: RequestHead) -> Headers | Problem:
    """Read the headers that decide; the problem of a request that no browser or client sends."""
    found: dict[bytes, bytes] = {}
    cookies: list[bytes] = []
    size = 0
    for raw_name, value in head.headers:
        size += len(raw_name) + len(value)
        name = raw_name.lower()
        if name not in _ONCE:
            continue
        if name == b"cookie":
            cookies.append(value)
        elif name in found and name != b"accept":
            return MALFORMED
        else:
            found[name] = value
    if size > MAX_HEADERS:
        return TOO_LARGE
    bearer = _bearer(found.get(b"authorization"))
    if bearer is _TWO:
        return MALFORMED
    return Headers(
        head.host if head.host is not None else _text(found.get(b"host")) or "",
        bearer,
        cookies,
        _text(found.get(b"origin")),
        _text(found.get(b"sec-fetch-site")),
        _text(found.get(b"sec-fetch-mode")),
        _text(found.get(b"sec-fetch-dest")),
        _text(found.get(b"accept")) or "",
    )


_TWO = "two headers, joined by the server"
_SECOND = re.compile(rb",\s*bearer\s", re.IGNORECASE)


def _bearer(authorization: bytes | None) -> str | None:
    """Return a bearer token, `""` if it is malformed; None for another scheme."""
    if authorization is None:
        return None
    scheme, _, rest = authorization.strip().partition(b" ")
    if scheme.lower().rstrip(b",") != b"bearer":
        return _TWO if _SECOND.search(authorization) else None
    if b"," in authorization:
        return _TWO
    token = rest.strip().decode("latin-1")
    return token if _may_be_jwt(token) else ""


def session_cookies(cookies: list[bytes], names: CookieNames) -> SessionCookies | Problem:
    """Read a session's cookies; the problem of too many."""
    tokens: dict[bytes, None] = {}
    jwts: dict[bytes, None] = {}
    token_name, jwt_name = names.token.encode(), names.jwt.encode()
    for header in cookies:
        for pair in header.split(b";"):
            name, equals, value = pair.partition(b"=")
            if not equals:
                continue
            name = name.strip()
            if name == jwt_name:
                jwts[value.strip()] = None
            elif name == token_name:
                tokens[value.strip()] = None
    tokens.pop(b"", None)
    jwts.pop(b"", None)
    if len(tokens) > MAX_VALUES or len(jwts) > MAX_VALUES:
        return MALFORMED
    kept_tokens = [one for one in map(_decoded, tokens) if _SESSION_TOKEN.fullmatch(one)]
    kept_jwts = [one for one in map(_decoded, jwts) if _may_be_jwt(one)]
    return SessionCookies(kept_tokens, kept_jwts, len(kept_tokens) < len(tokens) or len(kept_jwts) < len(jwts))


def _may_be_jwt(text: str) -> bool:
    """Return whether a text looks like a JWT; whether it is one, its verification tells."""
    return text.count(".") == 2 and text.isascii()  # noqa: PLR2004  # between three parts


def _decoded(value: bytes) -> str:
    return value.decode("latin-1")


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.strip().decode("latin-1")
