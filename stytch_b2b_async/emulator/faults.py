"""How the API refuses: a status, a word for it, and a body that says both."""

import logging
from http import HTTPStatus
from typing import Any, Final

logger: Final = logging.getLogger("stytch_b2b_async.emulator")

_BEFORE_HANDLERS = {"route_not_found", "method_not_allowed", "invalid_project_id_authentication", "invalid_authorization_header"}


class Fault(Exception):  # noqa: N818  # the API's refusal, not an error of this program
    """Answer a call with an error. What the call changed before stays changed, such as a count of failures."""

    def __init__(self, error_type: str, message: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.status: int = int(status)


def missing(kind: str, what: str | None = None) -> Fault:
    """Say that there is no such thing: `missing("member")` is `member_not_found`."""
    return Fault(f"{kind}_not_found", f"No such {what or kind.replace('_', ' ')}.", HTTPStatus.NOT_FOUND)


def unauthorized() -> Fault:
    """Say that credentials are wrong: the project's, or a password."""
    return Fault("unauthorized_credentials", "Unauthorized credentials.", HTTPStatus.UNAUTHORIZED)


def forbidden(error_type: str, message: str) -> Fault:
    """Say that a member's session does not allow it."""
    return Fault(error_type, message, HTTPStatus.FORBIDDEN)


def fault_body(fault: Fault, request_id: str) -> dict[str, Any]:
    """Write a fault as the API does, in its order of keys."""
    # Faults from before or outside the B2B handlers were seen with the address of the general pages.
    pages = "api/errors" if fault.error_type in _BEFORE_HANDLERS else "b2b/api/errors"
    return {
        "status_code": fault.status,
        "request_id": request_id,
        "error_type": fault.error_type,
        "error_message": fault.message,
        "error_url": f"https://stytch.com/docs/{pages}/{fault.status}#{fault.error_type}",
    }
