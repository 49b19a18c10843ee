"""Requests that are answered locally."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Protocol, TypeVar

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.endpoint import R_co, Request

if TYPE_CHECKING:  # loaded when a token is first checked
    from stytch_b2b_async.verify.verifier import Verifier

R = TypeVar("R")


class SendRequest(Protocol):
    """Send a request to the API, even if it could be answered locally."""

    def __call__(self, request: Request[R], /) -> Awaitable[R]:
        """Send it."""
        ...


class Steps(Protocol[R_co]):
    """Compute something by token checks and calls; a client runs it, awaited or blocking."""

    def __call__(self, verifier: "Verifier", send: SendRequest, /) -> Flow[R_co]:
        """Begin."""
        ...


class LocalRequest(Request[R_co]):
    """A request that is answered locally if possible.

    It has a route only if every answer needs a call.
    """

    __slots__ = ()

    def steps(self, verifier: "Verifier", send: SendRequest) -> Flow[R_co]:
        """Return a flow that computes the answer; `send` makes a call."""
        raise NotImplementedError
