"""What the table of cases is made of: requests, what is expected of their replies, and stories of several."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import attrs
from web.app import USUAL, Setup
from web.driver import HOST, Driver, Reply

from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.testing.fake import IssuedToken, SignedIn

JWT = "__Host-stytch_session_jwt"
TOKEN = "__Host-stytch_session"
OURS = (TOKEN, JWT)
PLAIN_JWT = "stytch_session_jwt"
PLAIN_TOKEN = "stytch_session"
AUTHENTICATE = "sessions.authenticate"

Pairs: TypeAlias = Iterable[tuple[str, str]]


@attrs.frozen
class Ask:
    """A request."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    body: bytes = b""
    host: str = HOST
    scheme: str = "https"


def cookie(pairs: Mapping[str, str]) -> tuple[str, str]:
    """Return the header with these cookies."""
    return "Cookie", "; ".join(f"{name}={value}" for name, value in pairs.items())


def ask(method: str, target: str, who: SignedIn | IssuedToken | None = None, *headers: tuple[str, str], **more: Any) -> Ask:
    """Ask as a browser with the cookies of a session, or as a program with a token."""
    own = [] if who is None else [cookie(who.cookies)] if isinstance(who, SignedIn) else list(who.headers.items())
    return Ask(method, target, (*own, *headers), **more)


def get(target: str, who: SignedIn | IssuedToken | None = None, *headers: tuple[str, str], **more: Any) -> Ask:
    """Ask with GET."""
    return ask("GET", target, who, *headers, **more)


def post(target: str, who: SignedIn | IssuedToken | None = None, *headers: tuple[str, str], **more: Any) -> Ask:
    """Ask with POST."""
    return ask("POST", target, who, *headers, **more)


def with_token(target: str, token: str, *headers: tuple[str, str], method: str = "GET") -> Ask:
    """Ask with a bearer token."""
    return Ask(method, target, (("Authorization", f"Bearer {token}"), *headers))


def with_cookies(target: str, pairs: Mapping[str, str], *headers: tuple[str, str], method: str = "GET", **more: Any) -> Ask:
    """Ask with these cookies alone."""
    return Ask(method, target, (cookie(pairs), *headers), **more)


@attrs.define(eq=False)
class Stage:
    """An application, and the Stytch that it asks."""

    fake: FakeStytch
    driver: Driver
    setup: Setup
    _before: int = 0

    def send(self, asked: Ask) -> Reply:
        """Send a request."""
        self._before = len(self.fake.calls)
        return self.driver.send(asked.method, asked.target, asked.headers, asked.body, host=asked.host, scheme=asked.scheme)

    def connect(self, asked: Ask) -> Reply:
        """Open a websocket."""
        self._before = len(self.fake.calls)
        return self.driver.connect(asked.target, asked.headers, host=asked.host, scheme=asked.scheme)

    @property
    def calls(self) -> list[str]:
        """The calls about sessions since the last request was sent; policies are cached for all cases."""
        return [call.operation for call in self.fake.calls[self._before :] if not call.operation.startswith("rbac.")]

    def expect(
        self,
        asked: Ask,
        status: int,
        *,
        calls: Iterable[str] = (),
        sets: Iterable[str] = (),
        clears: Iterable[str] = (),
        headers: Mapping[str, str | None] | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Send a request; its reply has this status, sets and clears these cookies, and has (or, with None, lacks) headers."""
        reply = self.connect(asked) if asked.method == "WEBSOCKET" else self.send(asked)
        assert status == reply.status, reply
        assert list(calls) == self.calls
        cookies = {name: found for name, found in reply.cookies.items() if "stytch" in name}
        assert set(sets) == {name for name, found in cookies.items() if found.max_age > 0}
        assert set(clears) == {name for name, found in cookies.items() if found.max_age == 0}
        for found in cookies.values():
            assert {"httponly", "samesite=lax", "path=/"} <= found.attributes
            assert ("secure" in found.attributes) == (asked.scheme == "https")
        if cookies:
            assert "no-store" == reply.header("cache-control")
        for name, value in (headers or {}).items():
            assert value == reply.header(name), name
        if json is not None:
            assert json.items() <= reply.json.items()
        return reply

    def refuse(
        self, asked: Ask, status: int, *, calls: Iterable[str] = (), clears: Iterable[str] = (), **headers: str | None
    ) -> Reply:
        """Send a request that is refused: with a problem that says neither what the API said, nor any token."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = self.expect(asked, status, calls=calls, clears=clears, headers=named)
        assert "application/problem+json" == reply.header("content-type")
        assert "no-store" == reply.header("cache-control")
        assert {"cookie", "authorization"} <= {each.strip().lower() for each in (reply.header("vary") or "").split(",")}
        if asked.method != "HEAD":
            assert {"type", "title", "status", "detail"} == set(reply.json)
            assert status == reply.json["status"]
        assert b"stytch" not in reply.body.lower()
        assert b"eyJ" not in reply.body
        return reply


@attrs.frozen(eq=False)
class Case:
    """A case of the table."""

    name: str
    play: Callable[[Stage], object]
    setup: Setup = USUAL
    is_websocket: bool = False

    def __str__(self) -> str:
        return self.name


Asked: TypeAlias = Ask | Callable[[FakeStytch], Ask]
"""A request, or what makes one with credentials."""


def made(asked: Asked, stage: Stage) -> Ask:
    """Return the request."""
    return asked if isinstance(asked, Ask) else asked(stage.fake)


class Table:
    """Cases, in order."""

    def __init__(self) -> None:
        self.cases: list[Case] = []

    def granted(self, name: str, asked: Asked, status: int = 200, *, setup: Setup = USUAL, **expected: Any) -> None:
        """Add a request that is answered; the rest is as in `Stage.expect`."""
        self.cases.append(Case(name, lambda stage: stage.expect(made(asked, stage), status, **expected), setup, status == 101))

    def refused(self, name: str, asked: Asked, status: int, *, setup: Setup = USUAL, **expected: Any) -> None:
        """Add a request that is refused; the rest is as in `Stage.refuse`."""
        self.cases.append(Case(name, lambda stage: stage.refuse(made(asked, stage), status, **expected), setup))

    def case(
        self, setup: Setup = USUAL, *, is_websocket: bool = False
    ) -> Callable[[Callable[[Stage], None]], Callable[[Stage], None]]:
        """Add a story, by the name of its function."""

        def add(play: Callable[[Stage], None]) -> Callable[[Stage], None]:
            self.cases.append(Case(play.__name__, play, setup, is_websocket))
            return play

        return add


def listed(header: str | None) -> set[str]:
    """Return the names that a header lists, in lower case."""
    return {each.strip().lower() for each in (header or "").split(",") if each.strip()}


def foreign_jwt() -> str:
    """Return a genuine JWT of another project, signed with the same key as ours."""
    with FakeStytch() as other:
        return other.sign_in().session_jwt


def forged(jwt: str) -> str:
    """Return a JWT whose signature was changed."""
    head, claims, signature = jwt.split(".")
    other = "A" if signature[5] != "A" else "B"
    return f"{head}.{claims}.{signature[:5]}{other}{signature[6:]}"


def revoked(who: SignedIn) -> SignedIn:
    """End a session at Stytch."""
    who.revoke()
    return who
