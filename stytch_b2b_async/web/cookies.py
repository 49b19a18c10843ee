"""The cookies that hold a session. No argument weakens one of their flags."""

from typing import TYPE_CHECKING, ClassVar, Final

import attrs

from stytch_b2b_async.wire.hosts import is_domain, is_loopback

if TYPE_CHECKING:
    from .http import RawHeaders

MAX_COOKIE = 4_096
"""Bytes of name and value that browsers keep."""
MAX_LIFE = 400 * 24 * 60 * 60
"""Seconds that browsers keep a cookie."""
HOST_PREFIX: Final = "__Host-"
SESSION_TOKEN: Final = "stytch_session"  # noqa: S105  # a name
SESSION_JWT: Final = "stytch_session_jwt"


@attrs.frozen
class SetCookie:
    """A cookie to set; with `max_age` 0, to delete. Always HttpOnly, SameSite=Lax and for all paths."""

    name: str
    value: str = attrs.field(repr=False)
    max_age: int
    """Seconds."""
    secure: bool
    domain: str | None = None

    http_only: ClassVar[bool] = True
    same_site: ClassVar[str] = "Lax"
    path: ClassVar[str] = "/"

    @property
    def header(self) -> str:
        """The value of its `Set-Cookie` header."""
        domain = f"; Domain={self.domain}" if self.domain else ""
        secure = "; Secure" if self.secure else ""
        return f"{self.name}={self.value}; Path=/{domain}; Max-Age={self.max_age}; HttpOnly; SameSite=Lax{secure}"


@attrs.frozen
class CookieNames:
    """The names of a session's two cookies on a host."""

    token: str
    jwt: str


@attrs.frozen
class Cookies:
    """Cookies that this backend owns: `__Host-stytch_session` and `__Host-stytch_session_jwt`, HttpOnly, Secure, SameSite=Lax.

    On `http://localhost` and other loopback hosts, where browsers may refuse Secure cookies, they are `stytch_session` and
    `stytch_session_jwt`, without Secure.
    """

    writes: ClassVar[bool] = True
    """Whether this backend writes them."""
    clears_unknown: ClassVar[bool] = True
    """Whether a cookie that is not of this project is deleted."""

    @staticmethod
    def shared() -> "Cookies":
        """Return the cookies of Stytch's frontend SDK, which owns them: they are read, and never written."""
        return _Shared()

    @staticmethod
    def by_stytch(*, domain: str) -> "Cookies":
        """Return the cookies of a project in HttpOnly mode, which Stytch's custom domain sets for `domain` and its subdomains.

        They are read, and set as Stytch sets them when a session was refreshed. Raises ValueError for an invalid domain.
        """
        return _ByStytch(domain=domain)

    def names(self, scheme: str, host: str) -> CookieNames:
        """Return their names on a host."""
        return _PLAIN if _is_plain(scheme, host) else _PREFIXED

    def session(self, scheme: str, host: str, *, session_token: str, session_jwt: str, max_age: float) -> tuple[SetCookie, ...]:
        """Return what sets a session; empty values are left as they are. A JWT that is too long is deleted instead.

        - `max_age`: seconds until the session ends.
        """
        names, life = self.names(scheme, host), int(min(max(max_age, 0), MAX_LIFE))
        fitting = session_jwt if fits(names.jwt, session_jwt) else ""
        cookies = [self._cookie(names.token, session_token, life, scheme, host)] if session_token else []
        if session_jwt:
            cookies.append(self._cookie(names.jwt, fitting, life if fitting else 0, scheme, host))
        return tuple(cookies)

    def cleared(self, scheme: str, host: str) -> tuple[SetCookie, ...]:
        """Return what deletes a session's cookies."""
        names = self.names(scheme, host)
        return tuple(self._cookie(name, "", 0, scheme, host) for name in (names.token, names.jwt))

    def own(self, scheme: str, host: str, name: str, value: str, max_age: int) -> SetCookie:
        """Return another cookie of this backend, for this host alone; `own_name` is its name."""
        return SetCookie(self.own_name(scheme, host, name), value, max_age, secure=not _is_plain(scheme, host))

    @staticmethod
    def own_name(scheme: str, host: str, name: str) -> str:
        """Return the name under which the browser has another cookie of this backend."""
        return name if _is_plain(scheme, host) else HOST_PREFIX + name

    def _cookie(self, name: str, value: str, max_age: int, scheme: str, host: str) -> SetCookie:
        return SetCookie(name, value, max_age, secure=not _is_plain(scheme, host))


@attrs.frozen
class _Shared(Cookies):
    writes: ClassVar[bool] = False
    clears_unknown: ClassVar[bool] = False

    def names(self, scheme: str, host: str) -> CookieNames:
        return _PLAIN

    def session(self, scheme: str, host: str, *, session_token: str, session_jwt: str, max_age: float) -> tuple[SetCookie, ...]:
        return ()

    def cleared(self, scheme: str, host: str) -> tuple[SetCookie, ...]:
        return ()


def _domain(_instance: object, _attribute: "attrs.Attribute[str]", value: str) -> None:
    if not is_domain(value):
        raise ValueError("domain must be a plain domain name of two labels or more, such as example.com")


@attrs.frozen
class _ByStytch(Cookies):
    domain: str = attrs.field(validator=_domain)
    clears_unknown: ClassVar[bool] = False  # it may be of another project's application on a neighbouring subdomain

    def names(self, scheme: str, host: str) -> CookieNames:
        return _PLAIN

    def _cookie(self, name: str, value: str, max_age: int, scheme: str, host: str) -> SetCookie:
        return SetCookie(name, value, max_age, secure=True, domain=self.domain)


_PLAIN: Final = CookieNames(SESSION_TOKEN, SESSION_JWT)
_PREFIXED: Final = CookieNames(HOST_PREFIX + SESSION_TOKEN, HOST_PREFIX + SESSION_JWT)


def fits(name: str, value: str) -> bool:
    """Return whether browsers keep a cookie of this length."""
    return len(name) + len(value) <= MAX_COOKIE


def values_of(headers: "RawHeaders", name: str) -> list[str]:
    """Return the values of a cookie by which the browser may have several, each once, as received.

    Frameworks keep the first, the last or none of them.
    """
    wanted, found = name.encode(), dict[bytes, None]()
    for header, value in headers:
        if header.lower() == b"cookie":
            for pair in value.split(b";"):
                key, equals, cookie = pair.partition(b"=")
                if equals and key.strip() == wanted:
                    found[cookie.strip()] = None
    return [value.decode("latin-1") for value in found]


def _is_plain(scheme: str, host: str) -> bool:
    return scheme in {"http", "ws"} and is_loopback(host)
