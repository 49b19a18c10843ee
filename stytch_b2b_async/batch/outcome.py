"""What became of a request of a batch."""

from typing import Generic, TypeVar

import attrs

from stytch_b2b_async.endpoint import Request

R_co = TypeVar("R_co", covariant=True)


@attrs.frozen(eq=False)
class Outcome(Generic[R_co]):
    """What became of one request of a batch: a response, or an error."""

    position: int
    """The place of the request in the batch, from 0."""
    request: Request[R_co]
    """The request itself, not a copy."""
    response: R_co | None = None
    error: Exception | None = None
    """The error that the client would have raised; None if there is a response."""
    attempts: int = 0
    """Number of attempts, those that a rate limit refused included."""
    elapsed: float = 0.0
    """Seconds from the first attempt to the end of the last."""

    @property
    def ok(self) -> bool:
        """Whether there is a response."""
        return self.error is None
