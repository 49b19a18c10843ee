"""Failed calls of a login: which become which answer."""

import re
from typing import Any, Final, TypeVar

from stytch_b2b_async._logging import logger
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.endpoint import Request as APIRequest
from stytch_b2b_async.errors import (
    APIError,
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    IntermediateSessionNotFoundError,
    InternalServerError,
    MemberLockedError,
    NotFoundError,
    RateLimitError,
    SessionNotFoundError,
)
from stytch_b2b_async.web.problems import RETRY_AFTER

from .answers import LoginRefusedError
from .visit import Visit

R = TypeVar("R")

TOO_LATE: Final = "That took too long. Log in again."
_MAX_RETRY_AFTER: Final = 3_600
_SETTINGS: Final = re.compile(
    "no_match_for_provided_.*|no_.*redirect_url.*|invalid_.*_redirect_url|cross_org_passwords_.*|.*_not_enabled|pkce_required_.*"
)
"""Types of errors that only the application's settings can cause."""


def is_outage(error: APIError) -> bool:
    """Return whether the visitor is not at fault, and may try again later."""
    if isinstance(error, RateLimitError):
        return not isinstance(error, MemberLockedError)
    return not isinstance(error, APIStatusError) or isinstance(error, InternalServerError)


def is_misconfigured(error: APIError) -> bool:
    """Return whether the application's settings are at fault."""
    return isinstance(error, BadRequestError) and bool(_SETTINGS.fullmatch(error.error_type or ""))


def refused_by(error: APIError, visit: Visit) -> LoginRefusedError:
    """Return the refusal of a call that failed. Reraises what the project's own credentials have caused."""
    if is_outage(error):
        seconds = getattr(error, "retry_after", None)
        after = RETRY_AFTER if seconds is None else max(1, min(int(seconds + 0.999), _MAX_RETRY_AFTER))
        logger.warning("a login could not go on: %s", type(error).__name__)
        busy = isinstance(error, RateLimitError)
        text = "That was too much at once. Wait a moment." if busy else "Logins do not work at the moment. Try again in a moment."
        return LoginRefusedError(503, "unavailable", text, retry_after=after)
    if is_misconfigured(error):
        logger.error("a login could not go on, because of the project's settings: %s", getattr(error, "error_type", None))
        return LoginRefusedError(500, "misconfigured", "Logins of this kind are not set up correctly.")
    if isinstance(error, IntermediateSessionNotFoundError):
        return LoginRefusedError(401, "login_expired", TOO_LATE, cookies=visit.forget_pending())
    if isinstance(error, SessionNotFoundError):
        return LoginRefusedError(401, "session_ended", "Your session has ended. Log in again.")
    if isinstance(error, MemberLockedError):
        return LoginRefusedError(429, "locked", "Too many attempts. Try again in an hour.")
    if isinstance(error, AuthenticationError) and error.error_type == "unauthorized_credentials":
        raise error  # answered by Auth, as everywhere
    return LoginRefusedError(400, "not_accepted", "This was not accepted. Log in again.")


def refusable(visit: Visit, request: APIRequest[R], otherwise: LoginRefusedError) -> Flow[R]:
    """Make a call whose refusals must not be told apart, since they tell which addresses exist: raise `otherwise` for each.

    A wrong password has the error type of wrong credentials of the project.
    """
    try:
        return (yield from visit.call(request))
    except APIError as error:
        if is_outage(error) or is_misconfigured(error):
            raise refused_by(error, visit) from None
        logger.info("a login was refused: %s", getattr(error, "error_type", None))
        raise otherwise from None


def silent(visit: Visit, request: APIRequest[Any]) -> Flow[None]:
    """Make a call whose answer is the same if it is refused."""
    try:
        yield from refusable(visit, request, LoginRefusedError(400, "not_sent", ""))
    except LoginRefusedError as refused:
        if refused.code != "not_sent":
            raise


def wrong_code(error: APIStatusError) -> bool:
    """Return whether a code was wrong, used or too old."""
    types = (AuthenticationError, NotFoundError, BadRequestError)
    return isinstance(error, types) and not isinstance(error, IntermediateSessionNotFoundError)
