"""Gateway tokens: random, kept as hashes, compared in constant time."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, Self

import attrs
from aiohttp import web

from .allow_list import AllowList
from .caller import Caller
from .refusal import RefusalError

PREFIX: Final = "stytch-gateway-"
"""The beginning of every token, so that secret scanners can find it."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MIN_LENGTH: Final = 32  # characters of a token that somebody chose
_MAX_LENGTH: Final = 512
_MAX_RECOGNIZED: Final = 1000


@attrs.frozen(kw_only=True)
class GatewayToken:
    """A token by its hash. `GatewayToken.generate` makes a new one. Raises ValueError for invalid values."""

    name: str
    """For the audit log."""
    digest: str = attrs.field(repr=False)
    """SHA-256 of the token, in hexadecimal."""
    allow: AllowList | None = None
    """What its bearers may do, within what the gateway allows; None for all of that."""
    expires_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        """Validate the values."""
        if not _NAME.fullmatch(self.name):
            raise ValueError("a token's name has up to 64 letters, digits, '.', '_', '@' and '-'")
        if not _DIGEST.fullmatch(self.digest):
            raise ValueError("digest must be a SHA-256 in hexadecimal; GatewayToken.of takes the token itself")
        if self.expires_at is not None and self.expires_at.tzinfo is None:
            raise ValueError("expires_at must have a time zone")

    @classmethod
    def generate(cls, name: str, *, allow: AllowList | str | None = None, expires_in: timedelta | None = None) -> tuple[Self, str]:
        """Make a new token; return it with its text, which is kept nowhere."""
        text = PREFIX + secrets.token_urlsafe(32)
        expires_at = None if expires_in is None else datetime.now(UTC) + expires_in
        return cls.of(text, name, allow=allow, expires_at=expires_at), text

    @classmethod
    def of(cls, text: str, name: str, *, allow: AllowList | str | None = None, expires_at: datetime | None = None) -> Self:
        """Take a token that somebody chose. Raises ValueError if it is easy to guess."""
        if not _MIN_LENGTH <= len(text) <= _MAX_LENGTH or not text.isascii() or not text.isprintable() or " " in text:
            raise ValueError(f"a gateway token has at least {_MIN_LENGTH} ASCII characters and no spaces: use a generated one")
        listed = AllowList.parse(allow) if isinstance(allow, str) else allow
        return cls(name=name, digest=_digest(text), allow=listed, expires_at=expires_at)

    @property
    def is_expired(self) -> bool:
        """Whether it has expired."""
        return self.expires_at is not None and self.expires_at <= datetime.now(UTC)


class TokenCheck:
    """Recognizes callers by the token of their Authorization header."""

    def __init__(self, tokens: Callable[[], tuple[GatewayToken, ...]]) -> None:
        self._tokens = tokens
        self._among: tuple[GatewayToken, ...] = ()
        self._recognized: dict[bytes, tuple[GatewayToken, Caller]] = {}  # by a hash of the header, for as long as the tokens stay

    def __call__(self, request: web.BaseRequest) -> Caller | None:
        """Return the bearer of a valid token; None without one. Raises RefusalError for a doubled header."""
        given = request.headers.getall("Authorization", ())
        if len(given) > 1:
            raise RefusalError.bad_request("The Authorization header must be sent once.")
        found = self._recognize(given[0]) if given else None
        if found is None or (found[0].expires_at is not None and found[0].is_expired):
            return None
        return found[1]

    def _recognize(self, authorization: str) -> tuple[GatewayToken, Caller] | None:
        tokens = self._tokens()
        if tokens is not self._among:
            self._recognized.clear()
            self._among = tokens
        key = hashlib.sha256(
            authorization.encode("utf-8", "surrogateescape")
        ).digest()  # so that the time of the look-up tells nothing
        known = self._recognized.get(key)
        if known is not None:
            return known
        text = _text_of(authorization)
        token = None if text is None else _find(text, tokens)
        if token is None:
            return None
        if len(self._recognized) >= _MAX_RECOGNIZED:  # a token comes with any user name
            self._recognized.clear()
        found = self._recognized[key] = (token, Caller(token.name, token.allow))
        return found


def _find(text: str, tokens: Iterable[GatewayToken]) -> GatewayToken | None:
    digest = _digest(text)
    found: GatewayToken | None = None
    for token in tokens:  # all of them, so that the time tells nothing
        if hmac.compare_digest(token.digest, digest):
            found = token
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _text_of(authorization: str) -> str | None:
    """Return the bearer token, or the password of Basic."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        _, colon, password = base64.b64decode(credentials.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return password if colon and password else None
