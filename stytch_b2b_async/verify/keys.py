"""The project's public keys: fetched when needed, kept for as long as the API says, found by their id."""

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from attrs import asdict

from stytch_b2b_async.models.jwks import JWK

from .errors import UnknownKeyError
from .flight import SingleFlight
from .signature import import_key
from .steps import Steps

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

DEFAULT_LIFETIME = 900.0
"""Seconds that keys are kept when the API does not say."""
SHORTEST_LIFETIME, LONGEST_LIFETIME = 60.0, 86_400.0
LONGEST_STALE = 3_600.0
"""Seconds past their life that keys still serve while they cannot be fetched."""
COOL_DOWN = 30.0
"""Seconds between two fetches for keys that are not there: a forged token names any key it likes."""
COLD_COOL_DOWN = 1.0
"""The same, while there are no keys at all."""
MOST_UNKNOWN = 1_024
"""Key ids remembered as unknown; about 0.3 KB each at the most."""
MOST_KEYS = 64
"""Keys kept of one answer; the API publishes one or two."""
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})(?:$|[\s,])")

FetchKeys: TypeAlias = Callable[[], Awaitable[tuple[Iterable[JWK], Mapping[str, str]]]]
"""Get the published keys, and the headers that they came with."""


class Keys:
    """The published keys of one project. Raises what the fetch raises while there are none to go by."""

    def __init__(
        self, fetch: FetchKeys, seeds: Iterable[JWK | Mapping[str, Any]] = (), clock: Callable[[], float] = monotonic
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys = _imported(seeds)
        self._fresh_until = clock() + DEFAULT_LIFETIME if self._keys else float("-inf")
        self._asked_at = float("-inf")
        self._unknown: OrderedDict[str, None] = OrderedDict()
        self._refresh = SingleFlight(self._refreshed)

    def get(self, key_id: str) -> "RSAKey | None":
        """Look a key up among those at hand."""
        return self._keys.get(key_id)

    def find(self, key_id: str) -> Steps["RSAKey"]:
        """Find a key, fetching what is published where that can help. Raises UnknownKeyError."""
        now = self._clock()
        key = self._keys.get(key_id) if now < self._fresh_until + LONGEST_STALE else None
        if key is not None:
            if now >= self._fresh_until and self._may_ask(now):
                yield self._begin_refresh
            return key
        if key_id not in self._unknown and (self._refresh.under_way or self._may_ask(now)):
            yield self._refresh
            if key_id in self._keys:
                return self._keys[key_id]
            self._remember_unknown(key_id)
        raise UnknownKeyError("the token's key is not one that the project publishes")

    def _may_ask(self, now: float) -> bool:
        return now >= self._asked_at + (COOL_DOWN if self._keys else COLD_COOL_DOWN)

    async def _begin_refresh(self) -> None:
        """Let the old keys serve while the new ones come."""
        self._refresh.start()

    async def _refreshed(self) -> None:
        self._asked_at = self._clock()
        published, headers = await self._fetch()
        keys = _imported(published)
        if keys:  # an answer without a usable key is no reason to forget those that are there
            self._keys = keys
            self._fresh_until = self._clock() + _lifetime(headers)
            self._unknown.clear()

    def _remember_unknown(self, key_id: str) -> None:
        self._unknown[key_id] = None
        while len(self._unknown) > MOST_UNKNOWN:
            self._unknown.popitem(last=False)


def _imported(published: Iterable[JWK | Mapping[str, Any]]) -> "dict[str, RSAKey]":
    """Take the keys that can check RS256; others are none of ours."""
    keys: dict[str, RSAKey] = {}
    for jwk in islice(published, MOST_KEYS):
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
    return min(max(float(found[1]), SHORTEST_LIFETIME), LONGEST_LIFETIME) if found else DEFAULT_LIFETIME
