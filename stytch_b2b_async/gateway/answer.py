"""What the gateway answers."""

from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from time import time
from typing import Final

import attrs
from aiohttp import web

RESPONSE_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Type": "application/json",
    "Server": "stytch-b2b-gateway",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every response; without a body, there is no `Content-Type`."""


@attrs.define
class Answer:
    """A response, from the API or of the gateway itself."""

    status: int
    body: bytes = attrs.field(default=b"", repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Those that not every response has."""
    closes: bool = False
    """Whether the connection is closed, as the rest of the request is not read."""

    def open_to(self, origin: str) -> "Answer":
        """Return a copy that a page of another origin may read."""
        opened = {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": "X-Request-Id, Retry-After",
            "Vary": "Origin",
        }
        return attrs.evolve(self, headers={**self.headers, **opened})

    def to_web(self) -> web.Response:
        """Create aiohttp's response."""
        headers = {**RESPONSE_HEADERS, **self.headers}
        if self.status == HTTPStatus.NO_CONTENT:
            del headers["Content-Type"]
        response = web.Response(status=self.status, body=self.body or None, headers=headers)
        if self.closes:
            response.force_close()
        return response

    def encode(self, *, closes: bool, has_body: bool = True) -> bytes:
        """Write it as HTTP/1.1."""
        more = "".join([f"{name}: {value}\r\n" for name, value in self.headers.items()]) if self.headers else ""
        if closes:
            more += "Connection: close\r\n"
        if self.status != HTTPStatus.NO_CONTENT:
            more += f"Content-Length: {len(self.body)}\r\n"
        head = f"{_start(self.status)}{more}Date: {_date(int(time()))}\r\n\r\n".encode("ascii")
        return head + self.body if has_body else head


@lru_cache(maxsize=100)
def _start(status: int) -> str:
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = ""
    headers = [
        (name, value) for name, value in RESPONSE_HEADERS.items() if name != "Content-Type" or status != HTTPStatus.NO_CONTENT
    ]
    return f"HTTP/1.1 {status} {reason}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers)


@lru_cache(maxsize=1)
def _date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)
