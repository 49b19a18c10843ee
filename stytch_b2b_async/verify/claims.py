"""Checks of a token's claims: times, issuer, audience and token type."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, cast

import attrs

from .errors import (
    MalformedTokenError,
    TokenExpiredError,
    TokenNotYetValidError,
    TokenTooOldError,
    WrongAudienceError,
    WrongIssuerError,
    WrongTokenKindError,
)

SESSION = "https://stytch.com/session"
ORGANIZATION = "https://stytch.com/organization"

CLOCK_SKEW = 2.0
"""Seconds by which this machine's clock may be slow, so that a token that was just issued is accepted."""

MAX_TIMESTAMP = 253_402_300_800
"""The year 10000, in seconds since 1970."""

Kind: TypeAlias = Literal["session", "m2m", "connected app"]


@attrs.define
class Validity:
    """When a token was issued and when it is valid, in seconds since 1970."""

    expires_at: float
    issued_at: float
    not_before: float

    def check(self, now: float, leeway: float, max_age: float | None) -> None:
        """Raise a TokenError if the token is not valid now, or is older than `max_age` seconds."""
        if now >= self.expires_at + leeway:
            raise TokenExpiredError("the token has expired")
        soon = now + max(leeway, CLOCK_SKEW)
        if self.not_before > soon or self.issued_at > soon:
            raise TokenNotYetValidError("the token is from the future: is this machine's clock right?")
        if max_age is not None and now - self.issued_at >= max_age + leeway:
            raise TokenTooOldError(f"the token is older than {max_age:g} s")


def times(claims: Mapping[str, Any]) -> Validity:
    """Read `exp`, `iat` and `nbf`."""
    return Validity(_seconds(claims, "exp"), _seconds(claims, "iat"), _seconds(claims, "nbf"))


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value: float = claims.get(name, -1)
    if type(value) not in {int, float} or not 0 <= value < MAX_TIMESTAMP:  # False for NaN, and compares what no float could hold
        raise MalformedTokenError(f"claim `{name}` is not a valid timestamp")
    return value


def subject(claims: Mapping[str, Any]) -> str:
    """Read `sub`, the subject of the token."""
    value = claims.get("sub")
    if not isinstance(value, str) or not value:
        raise MalformedTokenError("claim `sub` is missing")
    return value


def check_issuer(claims: Mapping[str, Any], issuers: frozenset[str]) -> None:
    """Raise WrongIssuerError unless the issuer is one of the project's names."""
    issuer = claims.get("iss")
    if not isinstance(issuer, str) or issuer not in issuers:
        raise WrongIssuerError("the token was not issued by this project")


def audience(claims: Mapping[str, Any]) -> frozenset[str]:
    """Read `aud`, the audiences of the token."""
    value: Any = claims.get("aud")
    found: list[Any] = cast("list[Any]", value) if isinstance(value, list) else [value]
    return frozenset([one for one in found if isinstance(one, str)])


def check_audience(found: frozenset[str], wanted: frozenset[str]) -> None:
    """Raise WrongAudienceError unless the token is for one of the audiences."""
    if found.isdisjoint(wanted):
        raise WrongAudienceError("the token is for another audience")


def check_kind(found: Kind | None, wanted: Kind) -> None:
    """Raise WrongTokenKindError for a token of another type: all types are signed with the same keys, for the same audience."""
    if found != wanted:
        raise WrongTokenKindError(f"expected {_named(wanted)} token, got {_named(found)} token")


def _named(kind: Kind | None) -> str:
    names: Mapping[Kind, str] = {"session": "a session", "m2m": "an M2M", "connected app": "a connected app"}
    return names[kind] if kind else "an unrecognized"


def kind_of(claims: Mapping[str, Any]) -> Kind | None:
    """Return the type of a token, judged by its claims; None if it is unknown."""
    if SESSION in claims:
        return "session"
    subject_, client = claims.get("sub"), claims.get("client_id")
    if client is not None and client != subject_:
        return "connected app"
    # The subject of an M2M token is the client itself, whose id may be chosen freely.
    person = not isinstance(subject_, str) or subject_.startswith(("member-", "user-"))
    return None if person or ORGANIZATION in claims else "m2m"
