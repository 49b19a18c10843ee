"""What is decided about a request: granted or refused, and what must leave with the response."""

from collections.abc import Iterable
from typing import Generic, TypeVar

import attrs

from .cookies import SetCookie
from .http import Response

T_co = TypeVar("T_co", covariant=True)

NO_STORE = "no-store"
VARY = ("Cookie", "Authorization")


@attrs.frozen
class Outgoing:
    """Headers that must leave with the response whatever it is: a page, a redirect, a stream, an error, a websocket's handshake.

    Adapters write them at the wire: `merged` for raw headers, `merged_text` for headers as str, or field by field.
    """

    cookies: tuple[SetCookie, ...] = ()
    """A cookie that the response itself sets under the same name counts instead."""
    varies: bool = False
    """Whether the response depends on `Cookie` and `Authorization`."""

    @property
    def cache_control(self) -> str | None:
        """What `Cache-Control` must be, whatever the application says: a stored cookie would be handed to others."""
        return NO_STORE if self.cookies else None

    def vary(self, given: str) -> str:
        """Return the `Vary` header, with what the application `given` has (`""` without it)."""
        listed = [name.strip() for name in given.split(",") if name.strip()]
        if not self.varies or "*" in listed:
            return given
        present = {name.lower() for name in listed}
        return ", ".join([*listed, *(name for name in VARY if name.lower() not in present)])

    def merged_text(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return a response's headers with these."""
        if not self.cookies and not self.varies:
            return list(headers)
        kept: list[tuple[str, str]] = []
        vary: list[str] = []
        set_here: set[str] = set()
        for name, value in headers:
            lower = name.lower()
            if lower == "vary":
                vary.append(value)
                continue
            if lower == "set-cookie":
                set_here.add(value.partition("=")[0].strip())
            if self.cookies and is_caching(lower):
                continue
            kept.append((name, value))
        varied = self.vary(", ".join(vary))
        if varied:
            kept.append(("vary", varied))
        if self.cookies:
            kept.append(("cache-control", NO_STORE))
        kept += [("set-cookie", cookie.header) for cookie in self.cookies if cookie.name not in set_here]
        return kept

    def merged(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Return a response's raw headers with these."""
        text = self.merged_text((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
        return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in text]

    def __or__(self, later: "Outgoing") -> "Outgoing":
        """Return both, for a request that is decided about more than once; of cookies with the same name the later one."""
        names = {cookie.name for cookie in later.cookies}
        kept = tuple(cookie for cookie in self.cookies if cookie.name not in names)
        return Outgoing((*kept, *later.cookies), self.varies or later.varies)


_CACHING = frozenset({"cache-control", "expires", "pragma", "x-accel-expires", "edge-control"})
_CACHING_ENDS = ("cdn-cache-control", "surrogate-control")
"""Headers that a shared cache obeys before Cache-Control (RFC 9213), those named after one vendor included."""


def is_caching(name: str) -> bool:
    """Return whether a header says how long a response may be stored."""
    lower = name.lower()
    return lower in _CACHING or lower.endswith(_CACHING_ENDS)


@attrs.frozen(eq=False)
class Granted(Generic[T_co]):
    """The request may be answered."""

    principal: T_co
    """The MemberSession, MachineClaims or AccessTokenClaims by which the rule was satisfied; None for a visitor without any."""
    outgoing: Outgoing = attrs.field(factory=Outgoing)
    token: str = attrs.field(default="", repr=False)
    """The session's JWT as it is now, or the bearer token; `""` for a visitor without any."""


@attrs.frozen(eq=False)
class Refused:
    """The request must be answered with `response`, which has all headers, those in `outgoing` included."""

    response: Response
    outgoing: Outgoing = attrs.field(factory=Outgoing)
    reason: str = ""
    """For logs: one word, such as `expired`. It is not in the response."""

    @property
    def status(self) -> int:
        """The status of the response."""
        return self.response.status

    @property
    def close_code(self) -> int:
        """The code with which to close a websocket, where its handshake cannot be answered with the response."""
        return {401: 3000, 403: 3003, 503: 1013, 500: 1011}.get(self.status, 1008)


class RefusedError(Exception):
    """A request was refused: what adapters raise to leave a handler, and turn into `refused.response`."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(f"refused with {refused.status}")
        self.refused = refused


class RuleError(ValueError):
    """A route and its rule do not fit together, which is found when the application starts."""
