"""How the API answers with an error: a status, an `error_type`, and a body that says both."""

import logging
from http import HTTPStatus
from typing import Any, Final

logger: Final = logging.getLogger("stytch_b2b_async.emulator")

_BEFORE_HANDLERS = {"route_not_found", "method_not_allowed", "invalid_project_id_authentication", "invalid_authorization_header"}


class EmulatedError(Exception):
    """Answer a call with an error; what the call has changed is rolled back (see `Store.after_failure` for what must stay)."""

    def __init__(self, error_type: str, message: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.status: int = int(status)


def missing(kind: str, what: str | None = None) -> EmulatedError:
    """Say that something does not exist: `missing("member")` is `member_not_found`."""
    return EmulatedError(f"{kind}_not_found", f"No such {what or kind.replace('_', ' ')}.", HTTPStatus.NOT_FOUND)


def unauthorized() -> EmulatedError:
    """Say that credentials are wrong: the project's, or a password."""
    return EmulatedError("unauthorized_credentials", "Unauthorized credentials.", HTTPStatus.UNAUTHORIZED)


def forbidden(error_type: str, message: str) -> EmulatedError:
    """Say that a member's session does not allow it."""
    return EmulatedError(error_type, message, HTTPStatus.FORBIDDEN)


def overloaded() -> EmulatedError:
    """Say that too many calls are waiting."""
    return EmulatedError("too_many_requests", "Too many requests are waiting for an answer.", HTTPStatus.TOO_MANY_REQUESTS)


def error_body(error: EmulatedError, request_id: str) -> dict[str, Any]:
    """Write an error as the API does, in its order of keys."""
    # Errors from before or outside the B2B handlers were seen with the address of the general pages.
    pages = "api/errors" if error.error_type in _BEFORE_HANDLERS else "b2b/api/errors"
    return {
        "status_code": error.status,
        "request_id": request_id,
        "error_type": error.error_type,
        "error_message": error.message,
        "error_url": f"https://stytch.com/docs/{pages}/{error.status}#{error.error_type}",
    }
