"""Checking a token: once by its signature, and after that by what cannot have stayed the same."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from stytch_b2b_async import forks

from .claims import Kind, Times, audience, check_audience, check_issuer, check_kind, subject, times
from .jwt import LONGEST_TOKEN, parse
from .keys import Keys
from .signature import check_signature
from .steps import Steps

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

T = TypeVar("T")

MOST_TOKENS = 4_096
"""Verified tokens that are remembered: about 4 KB each with the usual claims, 128 KB at the very most."""


@attrs.define(eq=False)
class VerifiedToken:
    """A token whose signature is genuine. What it says must not be changed: it is shared."""

    subject: str
    audience: frozenset[str]
    claims: dict[str, Any] = attrs.field(repr=False)
    times: Times
    key_id: str
    key: "RSAKey" = attrs.field(repr=False)
    readings: dict[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    """What was worked out from the claims, by name, so that it is worked out once."""


class Tokens:
    """Check tokens of one project, and remember those that were genuine, by their SHA-256."""

    def __init__(
        self, keys: Keys, issuers: frozenset[str], audiences: frozenset[str], clock: Callable[[], float] = time.time
    ) -> None:
        self._keys = keys
        self._issuers = issuers
        self._audiences = audiences
        self._clock = clock
        self._verified: OrderedDict[bytes, VerifiedToken] = OrderedDict()
        self._lock = threading.Lock()
        forks.remember(self)

    def forget(self) -> None:
        """Start anew in a forked child."""
        self._lock = threading.Lock()

    def verify(
        self, token: str, kind: Kind, read: Callable[[VerifiedToken], T], *, leeway: float = 0, max_age: float | None = None
    ) -> Steps[T]:
        """Check everything about a token, and `read` what it says. Raises a TokenError that says what is wrong.

        Times come last: TokenExpiredError and TokenTooOldError are only raised for a genuine token of the right kind that makes
        sense.
        """
        digest = hashlib.sha256(token.encode()).digest() if _plain(token) else b""
        verified = self._verified.get(digest)
        if verified is None or self._keys.fresh(verified.key_id) is not verified.key:
            verified = yield from self._verify(token)
            self._remember(digest, verified)
        check_audience(verified.audience, self._audiences)
        check_kind(verified.claims, kind)
        found = read(verified)
        verified.times.check(self._clock(), leeway, max_age)
        return found

    def _verify(self, token: str) -> Steps[VerifiedToken]:
        parsed = parse(token)
        found = times(parsed.claims)
        whom = subject(parsed.claims)
        check_issuer(parsed.claims, self._issuers)  # before the key: what is not even meant for us fetches nothing
        for_whom = audience(parsed.claims)
        check_audience(for_whom, self._audiences)
        key = yield from self._keys.find(parsed.key_id)
        check_signature(parsed.signed, parsed.signature, key)
        return VerifiedToken(whom, for_whom, parsed.claims, found, parsed.key_id, key)

    def _remember(self, digest: bytes, verified: VerifiedToken) -> None:
        with self._lock:
            self._verified[digest] = verified
            self._verified.move_to_end(digest)
            while len(self._verified) > MOST_TOKENS:
                self._verified.popitem(last=False)


def _plain(token: object) -> bool:
    return isinstance(token, str) and len(token) <= LONGEST_TOKEN and token.isascii()
