"""The base class of responses."""

from collections.abc import Mapping
from typing import Any, Protocol, Self, cast

import attrs

from stytch_b2b_async.schema import Model, fields_of, frozen


class _HTTPReply(Protocol):
    """What a response keeps of the HTTP reply that it was read from."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Looked up in lower case."""
        ...

    @property
    def body(self) -> bytes:
        """Read to its end."""
        ...


class _ResponseMeta:
    """Slots for metadata that is not part of the body."""

    __slots__ = ("_attempts", "_following", "_reply")


@frozen
class Response(Model, _ResponseMeta):
    """Base class of all responses."""

    request_id: str
    """The API's id of this call, for Stytch's support."""
    status_code: int
    """The HTTP status code."""

    @property
    def attempts(self) -> int:
        """Number of attempts of the call."""
        return getattr(self, "_attempts", 1)

    @property
    def headers(self) -> Mapping[str, str]:
        """The response headers, by lower-case name; empty for a response that was not received."""
        reply = self._received()
        return {} if reply is None else reply.headers

    @property
    def raw(self) -> Mapping[str, Any]:
        """The JSON object that the API sent, with fields that this package does not know. Parsed at each access.

        Secrets are included. For a response that was not received: `to_dict()`.
        """
        from stytch_b2b_async.schema.converter import loads_object

        reply = self._received()
        return self.to_dict() if reply is None else loads_object(reply.body) or {}

    def _received(self) -> _HTTPReply | None:
        return getattr(self, "_reply", None)

    def __copy__(self) -> Self:
        twin = object.__new__(type(self))
        for name in (*_ResponseMeta.__slots__, *(field.name for field in fields_of(type(self)))):
            if hasattr(self, name):
                object.__setattr__(twin, name, getattr(self, name))
        return twin

    def __getstate__(self) -> dict[str, Any]:
        state = {**super().__getstate__(), "_attempts": self.attempts}
        reply = self._received()
        if reply is not None:
            from multidict import CIMultiDict

            state["_reply"] = attrs.evolve(
                cast("Any", reply), headers=CIMultiDict(reply.headers)
            )  # aiohttp's type cannot be pickled
        return state
