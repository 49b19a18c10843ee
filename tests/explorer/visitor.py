"""A browser without JavaScript."""

import io
from types import TracebackType
from typing import Any, Self

import aiohttp
import attrs

from stytch_b2b_async.explorer import Explorer


@attrs.frozen
class Answer:
    """What the explorer answered."""

    status: int
    headers: dict[str, str]
    text: str


class Visitor:
    """Opens pages of an explorer, and submits their forms."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def enter(self) -> None:
        """Open a new one-time address."""
        answer = await self.get(self._explorer.new_address().removeprefix(self._explorer.url))
        assert 200 == answer.status

    async def get(self, path: str, **options: Any) -> Answer:
        return await self._ask("GET", path, **options)

    async def post(self, path: str, data: Any, *, headers: dict[str, str] | None = None) -> Answer:
        body = io.BytesIO(data) if isinstance(data, bytes) else aiohttp.FormData(data)
        return await self._ask("POST", path, data=body, headers={"Origin": self._explorer.url, **(headers or {})})

    async def _ask(self, method: str, path: str, **options: Any) -> Answer:
        async with self._session.request(method, f"{self._explorer.url}{path}", allow_redirects=False, **options) as answer:
            return Answer(answer.status, dict(answer.headers), await answer.text())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._session.close()
