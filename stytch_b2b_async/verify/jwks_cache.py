"""The project's public keys: fetched when needed, kept for as long as the API says, found by their id."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from copy import copy
from functools import partial
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import attrs

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.concurrency.refreshing import Entry, RefreshingValue
from stytch_b2b_async.errors import StytchError
from stytch_b2b_async.models.jwks import JWK

from .errors import UnknownKeyError
from .signature import ensure_joserfc, import_key

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

_Keys: TypeAlias = "dict[str, RSAKey]"

DEFAULT_LIFETIME = 900.0
"""Seconds that keys are kept when the API does not say."""
MIN_LIFETIME, MAX_LIFETIME = 60.0, 86_400.0
MAX_STALE = 3_600.0
"""Seconds past their life that keys still serve while they cannot be fetched."""
REFRESH_COOLDOWN = 30.0
"""Seconds between two fetches for keys that are not there: a forged token names whatever key it likes."""
EMPTY_COOLDOWN = 1.0
"""The same, while there are no keys at all."""
MAX_KEYS = 64
"""Keys kept of one answer; the API publishes one or two."""
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})(?:$|[\s,])")

FetchKeys: TypeAlias = Callable[[], Awaitable[tuple[Iterable[JWK | Mapping[str, Any]], Mapping[str, str]]]]
"""Get the published keys, and the headers that they came with, looked up in lower case."""


class JWKSCache:
    """The published keys of one project. Raises what the last fetch raised while there are none to go by."""

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
        """Look a key up among those that need no refresh."""
        entry = self._published.entry
        return entry.value.get(key_id) if entry is not None and self._clock() < entry.refresh_at else None

    def find(self, key_id: str) -> Flow["RSAKey"]:
        """Find a key, fetching what is published where that can help. Raises UnknownKeyError.

        Nothing is remembered of keys that were not found: one that is published a moment later is found after the cool-down, and
        the cool-down alone bounds what forged key ids cost.
        """
        refresh = self._published.refresh
        seen = refresh.generation  # read before the keys: a fetch that ends in between has not been seen
        key = self._usable(key_id)
        if key is not None:
            yield from self._published.get()  # does not wait: the old keys serve while the new ones come
            return key
        if refresh.under_way or self._may_fetch():
            yield partial(refresh.wait, seen)
            key = self._usable(key_id)
            if key is not None:
                return key
        if refresh.failure is not None:
            raise copy(refresh.failure)  # as long as nobody could ask, nobody knows
        raise UnknownKeyError("the token is signed with a key that the project does not publish")

    def _usable(self, key_id: str) -> "RSAKey | None":
        entry = self._published.entry
        return entry.value.get(key_id) if entry is not None and self._clock() < entry.expires_at else None

    def _may_fetch(self) -> bool:
        return self._clock() >= self._last_fetch + (EMPTY_COOLDOWN if self._published.entry is None else REFRESH_COOLDOWN)

    async def _fetched(self) -> "Entry[_Keys]":
        await asyncio.to_thread(ensure_joserfc)
        self._last_fetch = self._clock()
        published, headers = await self._fetch()
        keys, held = _imported(published), self._published.entry
        if keys:
            return self._entry(keys, _lifetime(headers))
        if held is None:
            return self._entry(keys, 0)
        # An answer without a usable key is not a reason to forget those that are there.
        return held.postponed(self._clock() + REFRESH_COOLDOWN)

    def _entry(self, keys: "_Keys", lifetime: float) -> "Entry[_Keys]":
        stale_at = self._clock() + lifetime
        return Entry(keys, stale_at, stale_at + MAX_STALE, stale_at + MAX_STALE)


def _imported(published: Iterable[JWK | Mapping[str, Any]]) -> "dict[str, RSAKey]":
    """Take the keys that can check RS256; others are skipped."""
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
