"""Error responses: a status, an `error_type`, and a body with both."""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

logger: Final = logging.getLogger("stytch_b2b_async.emulator")

_BEFORE_HANDLERS = {"route_not_found", "method_not_allowed", "invalid_project_id_authentication", "invalid_authorization_header"}

_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


class EmulatedError(Exception):
    """An error response; the call's changes are rolled back (see `Store.after_failure` for exceptions)."""

    def __init__(self, error_type: str, message: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.status: int = int(status)
        self.headers: Mapping[str, str] = _NO_HEADERS
        """Beside the Content-Type."""


class OAuthError(EmulatedError):
    """An error response of an OAuth endpoint, whose body has other names."""


def missing(kind: str, what: str | None = None) -> EmulatedError:
    """Create the error of a missing object: `missing("member")` is `member_not_found`."""
    return EmulatedError(f"{kind}_not_found", f"No such {what or kind.replace('_', ' ')}.", HTTPStatus.NOT_FOUND)


def unauthorized() -> EmulatedError:
    """Create the error of wrong credentials: the project's, or a password."""
    return EmulatedError("unauthorized_credentials", "Unauthorized credentials.", HTTPStatus.UNAUTHORIZED)


def forbidden(error_type: str, message: str) -> EmulatedError:
    """Create the error of a member's session that does not allow the action."""
    return EmulatedError(error_type, message, HTTPStatus.FORBIDDEN)


def method_not_allowed(methods: Iterable[str]) -> EmulatedError:
    """Create the error of another method than a route takes."""
    allowed = ", ".join(sorted(methods))
    error = EmulatedError("method_not_allowed", f"This route takes {allowed}.", HTTPStatus.METHOD_NOT_ALLOWED)
    error.headers = {"allow": allowed}
    return error


def overloaded() -> EmulatedError:
    """Create the error of too many waiting calls."""
    return EmulatedError("too_many_requests", "Too many requests are waiting for an answer.", HTTPStatus.TOO_MANY_REQUESTS)


def error_body(error: EmulatedError, request_id: str) -> dict[str, Any]:
    """Encode an error as the API does, with its order of keys."""
    if isinstance(error, OAuthError):
        return {
            "status_code": error.status,
            "request_id": request_id,
            "error": error.error_type,
            "error_description": error.message,
            "error_uri": f"https://stytch.com/docs/b2b/api/errors/{error.status}#{error.error_type}",
        }
    # Errors outside of the B2B handlers were observed with URLs of the general pages.
    pages = "api/errors" if error.error_type in _BEFORE_HANDLERS else "b2b/api/errors"
    return {
        "status_code": error.status,
        "request_id": request_id,
        "error_type": error.error_type,
        "error_message": error.message,
        "error_url": f"https://stytch.com/docs/{pages}/{error.status}#{error.error_type}",
    }
