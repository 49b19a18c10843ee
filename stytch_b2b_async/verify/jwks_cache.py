"""The project's public keys: fetched when needed, kept for as long as the API says, found by their id."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from copy import copy
from functools import partial
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from attrs import asdict

from stytch_b2b_async.concurrency.single_flight import SingleFlight
from stytch_b2b_async.models.jwks import JWK

from .errors import UnknownKeyError
from .flow import Flow
from .signature import import_key, load

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

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

FetchKeys: TypeAlias = Callable[[], Awaitable[tuple[Iterable[JWK], Mapping[str, str]]]]
"""Get the published keys, and the headers that they came with."""


class JWKSCache:
    """The published keys of one project. Raises what the last fetch raised while there are none to go by."""

    def __init__(
        self, fetch: FetchKeys, seeds: Iterable[JWK | Mapping[str, Any]] = (), clock: Callable[[], float] = monotonic
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys = _imported(seeds)
        self._fresh_until = clock() + DEFAULT_LIFETIME if self._keys else float("-inf")
        self._asked_at = float("-inf")
        self._refresh = SingleFlight(self._refreshed)

    def fresh(self, key_id: str) -> "RSAKey | None":
        """Look a key up among those that need no refresh."""
        return self._keys.get(key_id) if self._clock() < self._fresh_until else None

    def find(self, key_id: str) -> Flow["RSAKey"]:
        """Find a key, fetching what is published where that can help. Raises UnknownKeyError.

        Nothing is remembered of keys that were not found: one that is published a moment later is found after the cool-down, and
        the cool-down alone bounds what forged key ids cost.
        """
        now, seen = self._clock(), self._refresh.landings  # before the look: what lands after it counts
        stale = now >= self._fresh_until
        key = self._usable(key_id)
        if key is not None:
            if stale and self._may_ask(now):
                yield partial(self._refresh.begin, seen)  # the old keys serve while the new ones come
            return key
        if self._refresh.under_way or self._may_ask(now):
            yield partial(self._refresh.wait, seen)
            key = self._usable(key_id)
            if key is not None:
                return key
        if self._refresh.failure is not None:
            raise copy(self._refresh.failure)  # as long as nobody could ask, nobody knows
        raise UnknownKeyError("the token's key is not one that the project publishes")

    def _usable(self, key_id: str) -> "RSAKey | None":
        return self._keys.get(key_id) if self._clock() < self._fresh_until + MAX_STALE else None

    def _may_ask(self, now: float) -> bool:
        return now >= self._asked_at + (REFRESH_COOLDOWN if self._keys else EMPTY_COOLDOWN)

    async def _refreshed(self) -> None:
        await asyncio.to_thread(load)
        self._asked_at = self._clock()
        published, headers = await self._fetch()
        keys = _imported(published)
        if keys:  # an answer without a usable key is no reason to forget those that are there
            self._keys = keys
            self._fresh_until = self._clock() + _lifetime(headers)


def _imported(published: Iterable[JWK | Mapping[str, Any]]) -> "dict[str, RSAKey]":
    """Take the keys that can check RS256; others are none of ours."""
    keys: dict[str, RSAKey] = {}
    for jwk in islice(published, MAX_KEYS):
        parameters = asdict(cast("Any", jwk)) if isinstance(jwk, JWK) else jwk
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
