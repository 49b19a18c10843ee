"""A publisher of keys, with a clock."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from stytch_b2b_async import StytchError, UnknownKeyError
from stytch_b2b_async.concurrency.flow import run_async
from stytch_b2b_async.verify.jwks_cache import JWKSCache
from support.tokens import (
    KEY_ID,
    Clock,
    Signer,
    until,
)

MAX_AGE = 900


class Publisher:
    """What keys are fetched from, with a clock."""

    def __init__(self, *published: Mapping[str, Any]) -> None:
        self.clock = Clock()
        self.published: Iterable[Mapping[str, Any]] = published
        self.headers: Mapping[str, str] = {"cache-control": f"max-age={MAX_AGE}"}
        self.failure: StytchError | None = None
        self.gate: asyncio.Event | None = None
        self.fetches = 0
        self.keys = JWKSCache(self.fetch, clock=self.clock)

    async def fetch(self) -> Any:
        self.fetches += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return self.published, self.headers

    async def find(self, key_id: str = KEY_ID) -> RSAKey:
        return await run_async(self.keys.find(key_id))

    async def knows(self, key_id: str = KEY_ID) -> bool:
        try:
            await self.find(key_id)
        except UnknownKeyError:
            return False
        return True

    async def idle(self) -> None:
        """Wait until nothing is fetched any more."""
        await until(lambda: not self.keys._published.refresh.under_way)


@pytest.fixture
def publisher(signer: Signer) -> Publisher:
    return Publisher(signer.published)
