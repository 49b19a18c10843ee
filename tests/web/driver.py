"""How the table of cases talks to an application, whatever framework and server it runs in."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import attrs

HOST = "app.example.com"


@attrs.frozen
class Cookie:
    """A cookie that a response sets."""

    value: str
    attributes: frozenset[str]
    """In lower case, with their values: `httponly`, `path=/`, `max-age=300`."""

    @property
    def max_age(self) -> int:
        """Seconds; 0 deletes the cookie."""
        return next(int(each.removeprefix("max-age=")) for each in self.attributes if each.startswith("max-age="))


@attrs.frozen
class Reply:
    """A response, or the answer to a websocket's handshake: 101 if it was accepted."""

    status: int
    headers: Sequence[tuple[str, str]] = ()
    """As received: `Set-Cookie` repeated."""
    body: bytes = b""

    def all(self, name: str) -> list[str]:
        """Return the values of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        """Return a header that is there at most once."""
        found = self.all(name)
        assert len(found) <= 1, f"{name} is repeated"
        return found[0] if found else None

    @property
    def cookies(self) -> dict[str, Cookie]:
        """The cookies that it sets, each once."""
        found: dict[str, Cookie] = {}
        for header in self.all("set-cookie"):
            pair, *attributes = [part.strip() for part in header.split(";")]
            name, _, value = pair.partition("=")
            assert name not in found, f"{name} is set twice"
            found[name] = Cookie(value.strip('"'), frozenset(each.lower() for each in attributes))
        return found

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


class Driver(Protocol):
    """An application with the routes of `app.ROUTES`."""

    has_websockets: bool

    def send(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        *,
        host: str = HOST,
        scheme: str = "https",
    ) -> Reply:
        """Send a request, without following redirects. Header values are latin-1, and repeated headers stay apart.

        `scheme` is what the application is to see, if the server can be told: by `X-Forwarded-Proto` from a trusted proxy.
        """
        ...

    def connect(self, target: str, headers: Iterable[tuple[str, str]] = (), *, host: str = HOST, scheme: str = "https") -> Reply:
        """Open a websocket: 101 with the first message as body, or how it was refused.

        A server that cannot answer a handshake with a response, or refuses by closing, is told by its status (403), or by the
        code of the close frame.
        """
        ...
