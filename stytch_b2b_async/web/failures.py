"""Calls that failed, as answers. None of them logs anybody out."""

from stytch_b2b_async._logging import logger
from stytch_b2b_async.errors import APIError, APIStatusError, AuthenticationError, BadRequestError, NotAllowedError, NotFoundError

from . import problems
from .problems import Problem


class Failures:
    """Turns errors of calls into problems, and logs once what only the project's owner can mend."""

    def __init__(self) -> None:
        self._has_said = False

    def problem(self, error: APIError) -> Problem:
        """Return the problem of a call that failed."""
        if isinstance(error, NotAllowedError):
            return problems.NOT_ALLOWED
        if isinstance(error, AuthenticationError | BadRequestError | NotFoundError):
            self._say(error)
            return problems.MISCONFIGURED
        return problems.unavailable(error.retry_after if isinstance(error, APIStatusError) else None)

    def _say(self, error: APIError) -> None:
        if not self._has_said:
            self._has_said = True
            logger.error("Stytch refused a call for which this program or its settings are to blame: %s", error)
