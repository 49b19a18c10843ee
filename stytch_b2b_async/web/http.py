"""HTTP requests and responses as the web packages see them, whatever the framework."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TypeAlias
from urllib.parse import parse_qsl

import attrs

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.runtime.local import SendRequest
from stytch_b2b_async.verify.verifier import Verifier

RawHeaders: TypeAlias = Iterable[tuple[bytes, bytes]]
"""Headers as received, repeated ones included; names in any case."""

MAX_FORM = 65_536
"""Bytes of a body that a route reads, unless it says otherwise."""
MAX_FIELDS = 200


class BadFormError(ValueError):
    """A query or form is not encoded as it should be, or has too many fields."""


@attrs.define(eq=False, kw_only=True)
class RequestHead:
    """A request without its body: all that deciding about access needs. Nothing in it is derived from a URL."""

    method: str
    """Such as `GET`, which it is for websockets too."""
    headers: RawHeaders = attrs.field(repr=False)
    scheme: str
    """`http` or `https`; `ws` or `wss` are the same."""
    path_parameters: Mapping[str, object] = attrs.field(factory=dict[str, object])
    """As the framework's router has matched and decoded them."""
    host: str | None = None
    """Only if the framework was told to take it from elsewhere than the `Host` header, as by Django's USE_X_FORWARDED_HOST."""
    is_websocket: bool = False
    target: str = attrs.field(default="", repr=False)
    """The path and query as received, to return to after a login; no decision depends on it."""


@attrs.define(eq=False, kw_only=True, slots=False)
class Request(RequestHead):
    """A request to one of the routes that adapters mount, such as a login's callback."""

    path: str = ""
    """As received, without the query."""
    query: bytes = attrs.field(default=b"", repr=False)
    """The query string as received, without `?`."""
    body: bytes = attrs.field(default=b"", repr=False)
    """At most one byte more than the route's `max_body`."""

    @cached_property
    def parameters(self) -> list[tuple[str, str]]:
        """The fields of the query, decoded, in order. Raises BadFormError."""
        return _fields(self.query)

    @cached_property
    def form(self) -> list[tuple[str, str]]:
        """The fields of an `application/x-www-form-urlencoded` body, decoded, in order. Raises BadFormError."""
        return _fields(self.body)

    def header(self, name: str) -> str | None:
        """Return a header; None if it is missing or repeated."""
        wanted = name.lower().encode()
        found = [value for key, value in self.headers if key.lower() == wanted]
        return found[0].decode("latin-1") if len(found) == 1 else None


@attrs.frozen(eq=False)
class Response:
    """A whole response."""

    status: int
    headers: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    """`Set-Cookie` may be repeated, and must not be joined."""
    body: bytes = attrs.field(default=b"", repr=False)

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers as ASGI has them: lower-case names, and bytes. It has `content-length`."""
        encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        return [*encoded, (b"content-length", str(len(self.body)).encode())]


Handler: TypeAlias = Callable[[Request, Verifier, SendRequest], Flow[Response]]
"""Answer a request; yields what must be awaited."""


@attrs.frozen(eq=False)
class Route:
    """A route that an adapter mounts: `Auth.answer` runs it."""

    methods: tuple[str, ...]
    """A handler of GET also answers HEAD, which spends nothing."""
    path: str
    """Under the prefix of the application's choice, without parameters: `/callback`."""
    handle: Handler = attrs.field(repr=False)
    name: str
    """For frameworks that name their routes."""
    max_body: int = MAX_FORM


def _fields(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:  # UnicodeDecodeError is one, too
        pass
    raise BadFormError("the fields are not encoded as in a form, or are too many")  # outside: the cause would show them
