"""A cache of the project's public keys (JWKS), which are fetched when needed and looked up by key id."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from copy import copy
from functools import partial
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import attrs

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.concurrency.in_thread import in_thread
from stytch_b2b_async.concurrency.refreshing import Entry, RefreshingValue
from stytch_b2b_async.errors import StytchError
from stytch_b2b_async.models.jwks import JWK

from .errors import UnknownKeyError
from .signature import ensure_joserfc, import_key

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

_Keys: TypeAlias = "dict[str, RSAKey]"

DEFAULT_LIFETIME = 900.0
"""Seconds that keys are cached if the response has no `Cache-Control: max-age`."""
MIN_LIFETIME, MAX_LIFETIME = 60.0, 86_400.0
MAX_STALE = 3_600.0
"""Seconds that stale keys are used while new ones cannot be fetched."""
REFRESH_COOLDOWN = 30.0
"""Minimum seconds between fetches for unknown key ids, which forged tokens can contain at will."""
EMPTY_COOLDOWN = 1.0
"""The same, while the cache is empty."""
MAX_KEYS = 64
"""Maximum number of keys taken from a response; the API publishes one or two."""
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})(?:$|[\s,])")

FetchKeys: TypeAlias = Callable[[], Awaitable[tuple[Iterable[JWK | Mapping[str, Any]], Mapping[str, str]]]]
"""Fetch the published keys and the response headers, which are looked up by lower-case name."""


class JWKSCache:
    """The published keys of one project. While there are none, lookups raise the error of the last fetch."""

    def __init__(
        self, fetch: FetchKeys, initial_keys: Iterable[JWK | Mapping[str, Any]] = (), clock: Callable[[], float] = monotonic
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        keys = _imported(initial_keys)
        self._last_fetch = float("-inf")
        self._published: RefreshingValue[_Keys] = RefreshingValue(
            self._fetched,
            StytchError,
            retry_interval=REFRESH_COOLDOWN,
            initial=self._entry(keys, DEFAULT_LIFETIME) if keys else None,
            clock=clock,
        )

    def fresh(self, key_id: str) -> "RSAKey | None":
        """Look up a key, unless the keys need a refresh."""
        entry = self._published.entry
        return entry.value.get(key_id) if entry is not None and self._clock() < entry.refresh_at else None

    def find(self, key_id: str) -> Flow["RSAKey"]:
        """Find a key, after a fetch if necessary. Raises UnknownKeyError.

        Unknown key ids are not cached: a key that is published later is found after the cool-down, which also bounds the number
        of fetches that forged key ids can cause.
        """
        refresh = self._published.refresh
        seen = refresh.generation  # read before the keys: a fetch that ends in between has not been seen
        key = self._usable(key_id)
        if key is not None:
            yield from self._published.get()  # in the background: the old keys are used meanwhile
            return key
        if refresh.under_way or self._may_fetch():
            yield partial(refresh.wait, seen)
            key = self._usable(key_id)
            if key is not None:
                return key
        if refresh.failure is not None:
            raise copy(refresh.failure)  # the fetch failed: it is not known whether the key exists
        raise UnknownKeyError("the token is signed with a key that the project does not publish")

    def _usable(self, key_id: str) -> "RSAKey | None":
        entry = self._published.entry
        return entry.value.get(key_id) if entry is not None and self._clock() < entry.expires_at else None

    def _may_fetch(self) -> bool:
        return self._clock() >= self._last_fetch + (EMPTY_COOLDOWN if self._published.entry is None else REFRESH_COOLDOWN)

    async def _fetched(self) -> "Entry[_Keys]":
        await in_thread(ensure_joserfc)
        self._last_fetch = self._clock()
        published, headers = await self._fetch()
        keys, held = _imported(published), self._published.entry
        if keys:
            return self._entry(keys, _lifetime(headers))
        if held is None:
            return self._entry(keys, 0)
        # A response without a usable key does not replace the keys in the cache.
        return held.postponed(self._clock() + REFRESH_COOLDOWN)

    def _entry(self, keys: "_Keys", lifetime: float) -> "Entry[_Keys]":
        stale_at = self._clock() + lifetime
        return Entry(keys, stale_at, stale_at + MAX_STALE, stale_at + MAX_STALE)


def _imported(published: Iterable[JWK | Mapping[str, Any]]) -> "dict[str, RSAKey]":
    """Select the keys that can verify RS256; others are skipped."""
    keys: dict[str, RSAKey] = {}
    for jwk in islice(published, MAX_KEYS):
        parameters = attrs.asdict(cast("Any", jwk)) if isinstance(jwk, JWK) else jwk
        key = import_key(parameters) if _serves(parameters) else None
        if key is not None:
            keys[parameters["kid"]] = key
    return keys


def _serves(parameters: Mapping[str, Any]) -> bool:
    kind = (parameters.get("kty"), parameters.get("use") or "sig", parameters.get("alg") or "RS256")
    return kind == ("RSA", "sig", "RS256") and isinstance(parameters.get("kid"), str)


def _lifetime(headers: Mapping[str, str]) -> float:
    found = _MAX_AGE.search(headers.get("cache-control", "").lower())
    return min(max(float(found[1]), MIN_LIFETIME), MAX_LIFETIME) if found else DEFAULT_LIFETIME
