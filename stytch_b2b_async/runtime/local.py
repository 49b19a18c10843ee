"""Requests that are answered on this machine."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Protocol, TypeVar

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.endpoint import R_co, Request

if TYPE_CHECKING:  # loaded when a token is first checked
    from stytch_b2b_async.verify.verifier import Verifier

R = TypeVar("R")


class SendRequest(Protocol):
    """Send a request to the API, whatever is known here."""

    def __call__(self, request: Request[R], /) -> Awaitable[R]:
        """Send it."""
        ...


class LocalRequest(Request[R_co]):
    """A request that is answered on this machine, as far as what is known here goes.

    It has no route of its own, unless the answer takes a call whatever is known.
    """

    __slots__ = ()

    def steps(self, verifier: "Verifier", send: SendRequest) -> Flow[R_co]:
        """Work out the answer, asking for what is not at hand; `send` makes a call."""
        raise NotImplementedError
