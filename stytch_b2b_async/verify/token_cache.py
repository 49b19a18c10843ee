"""A cache of verified tokens: the signature is checked once, and times and audience each time."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import attrs

from stytch_b2b_async.concurrency import fork_safety
from stytch_b2b_async.concurrency.flow import Finished, Flow

from .claims import Kind, Validity, audience, check_audience, check_issuer, check_kind, kind_of, subject, times
from .jwks_cache import JWKSCache
from .jwt import MAX_TOKEN, ParsedToken, parse
from .signature import check_signature

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

T = TypeVar("T")

MAX_TOKENS = 4_096
"""Maximum number of cached tokens: 2.3 KB each with the usual claims, plus custom claims."""


@attrs.define(eq=False)
class VerifiedToken:
    """A token with a valid signature, issued by the project for one of its audiences."""

    subject: str
    claims: dict[str, Any] = attrs.field(repr=False)
    times: Validity


Copy: TypeAlias = Callable[[], T]
"""Make a new copy of a token's claims: callers may change the lists and maps in them."""
Read: TypeAlias = Callable[[VerifiedToken], tuple[T, Copy[T]]]
"""Parse a token's claims; returns them, and what makes copies."""
_Candidate: TypeAlias = tuple[ParsedToken, VerifiedToken, frozenset[str]]
"""A token of which all but the signature and type was checked, with its audience."""


class TokenVerifier:
    """Verifies tokens of one project, and caches genuine ones by their SHA-256."""

    def __init__(
        self, keys: JWKSCache, issuers: frozenset[str], audiences: frozenset[str], clock: Callable[[], float] = time.time
    ) -> None:
        self._keys = keys
        self._issuers = issuers
        self._audiences = audiences
        self._clock = clock
        self._verified: OrderedDict[bytes, _CacheEntry] = OrderedDict()
        self._lock = threading.Lock()
        fork_safety.register(self)

    def reset_after_fork(self) -> None:
        """Reset in a forked child."""
        self._lock = threading.Lock()

    def verify(self, token: str, kind: Kind, read: Read[T], *, leeway: float = 0, max_age: float | None = None) -> Flow[T]:
        """Verify a token, and `read` its claims. Raises a TokenError.

        Each type has one `read` function. Times are checked last: TokenExpiredError and TokenTooOldError are only raised for a
        genuine, well-formed token of the right type.
        """
        digest = _digest(token)
        verified = self._seen(digest, kind)
        if verified is not None:
            verified.times.check(self._clock(), leeway, max_age)
            return Finished(verified.copy())
        candidate = self._candidate(token)
        key = self._keys.fresh(candidate[0].key_id)
        if key is None:
            return self._valid(self._fetched(digest, candidate, kind, read), leeway, max_age)
        found, validity = self._checked(digest, candidate, key, kind, read)
        validity.check(self._clock(), leeway, max_age)
        return Finished(found)

    def genuine(self, token: str, kind: Kind, read: Read[T]) -> Flow[tuple[T, Validity]]:
        """Verify all but the times of a token, and `read` its claims. Raises a TokenError."""
        digest = _digest(token)
        verified = self._seen(digest, kind)
        if verified is not None:
            return Finished((verified.copy(), verified.times))
        candidate = self._candidate(token)
        key = self._keys.fresh(candidate[0].key_id)
        if key is None:
            return self._fetched(digest, candidate, kind, read)
        return Finished(self._checked(digest, candidate, key, kind, read))

    def _seen(self, digest: bytes, kind: Kind) -> "_CacheEntry | None":
        """Return a token that was verified earlier, with a key that is still published."""
        verified = self._verified.get(digest)
        if verified is None or self._keys.fresh(verified.key_id) is not verified.key:
            return None
        if verified.audience is not self._audiences:
            check_audience(verified.audience, self._audiences)
        if verified.kind != kind:
            check_kind(verified.kind, kind)
        return verified

    def _valid(self, genuine: Flow[tuple[T, Validity]], leeway: float, max_age: float | None) -> Flow[T]:
        found, validity = yield from genuine
        validity.check(self._clock(), leeway, max_age)
        return found

    def _candidate(self, token: str) -> _Candidate:
        """Parse a token of this project. A token for others is refused before its key is looked up: it causes no fetch."""
        parsed = parse(token)
        claimed = VerifiedToken(subject(parsed.claims), parsed.claims, times(parsed.claims))
        check_issuer(parsed.claims, self._issuers)
        whom = audience(parsed.claims)
        check_audience(whom, self._audiences)
        return parsed, claimed, whom

    def _fetched(self, digest: bytes, candidate: _Candidate, kind: Kind, read: Read[T]) -> Flow[tuple[T, Validity]]:
        """Verify a token whose key may have to be fetched."""
        key = yield from self._keys.find(candidate[0].key_id)
        return self._checked(digest, candidate, key, kind, read)

    def _checked(self, digest: bytes, candidate: _Candidate, key: "RSAKey", kind: Kind, read: Read[T]) -> tuple[T, Validity]:
        """Verify a token with its key, and remember it."""
        parsed, genuine, whom = candidate
        check_signature(parsed.signed, parsed.signature, key)
        check_kind(kind_of(genuine.claims), kind)
        found, copy = read(genuine)
        whom = self._audiences if whom == self._audiences else whom  # shares one set between all cached tokens
        self._remember(digest, _CacheEntry(kind, whom, genuine.times, parsed.key_id, key, copy))
        return found, genuine.times

    def _remember(self, digest: bytes, verified: "_CacheEntry") -> None:
        with self._lock:
            self._verified[digest] = verified
            while len(self._verified) > MAX_TOKENS:
                self._verified.popitem(last=False)


@attrs.define(eq=False)
class _CacheEntry:
    """A cached token: what is checked each time, and its claims."""

    kind: Kind
    audience: frozenset[str]
    times: Validity
    key_id: str
    key: "RSAKey" = attrs.field(repr=False)
    copy: Copy[Any] = attrs.field(repr=False)


def _digest(token: object) -> bytes:
    """Return the key of a token; `b""`, under which none is kept, for what cannot be one."""
    if isinstance(token, str) and len(token) <= MAX_TOKEN and token.isascii():
        return hashlib.sha256(token.encode()).digest()
    return b""
