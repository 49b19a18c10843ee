"""Requests that are answered on this machine."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stytch_b2b_async.verify.flow import Flow
    from stytch_b2b_async.verify.verifier import Exchange, Verifier

from .request import R_co, Request


class LocalRequest(Request[R_co]):
    """A request that is answered on this machine, as far as what is known here goes.

    It has no route of its own, unless the answer takes a call whatever is known.
    """

    __slots__ = ()

    def steps(self, verifier: "Verifier", exchange: "Exchange") -> "Flow[R_co]":
        """Work out the answer, asking for what is not at hand; `exchange` makes a call."""
        raise NotImplementedError
