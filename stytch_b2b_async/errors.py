"""The exceptions of this package.

```
StytchError
├── APIError                                      a call failed; all have `request` and `attempts`
│   ├── APIStatusError                            the API responded with an error status
│   │   ├── BadRequestError                 400
│   │   │   ├── WeakPasswordError                 the password fails the project's policy
│   │   │   ├── BreachedPasswordError             the password is on a list of leaked ones
│   │   │   ├── PasswordResetRequiredError        the member must choose a new password before logging in
│   │   │   ├── SessionTooOldError                no factor of the session was authenticated in the last five minutes
│   │   │   ├── DuplicateMemberEmailError         the organization has a member with that address
│   │   │   ├── OrganizationSlugTakenError        the project has an organization with that slug
│   │   │   ├── PKCEError                         the code verifier is missing, unexpected or wrong
│   │   │   └── SearchTimeoutError                the search took too long
│   │   ├── AuthenticationError             401
│   │   │   └── TokenUsedOrExpiredError           a mailed token or code was already used, or has expired
│   │   ├── PermissionDeniedError           403
│   │   │   └── SessionAuthorizationError         the member's roles do not grant the action, or the organization is another
│   │   ├── NotFoundError                   404
│   │   │   ├── SessionNotFoundError              the session is unknown, expired or revoked
│   │   │   ├── IntermediateSessionNotFoundError  the intermediate session is unknown, expired or used
│   │   │   ├── MemberNotFoundError
│   │   │   ├── MemberPasswordNotFoundError       the member has no password
│   │   │   └── OrganizationNotFoundError
│   │   ├── ConflictError                   409
│   │   ├── RateLimitError                  429
│   │   │   └── MemberLockedError                 too many failed logins
│   │   └── InternalServerError             5xx
│   ├── APIConnectionError                        no complete response
│   │   └── APITimeoutError                       no complete response in time
│   ├── DecodeError                               the response is not a JSON object; with strict=True, or does not match
│   ├── PaginationError                           the API returned the same cursor twice
│   └── ClientClosedError                         the client was closed before or during the call
├── NotAuthenticatedError                         the token, session or link does not authenticate anybody: respond with 401
└── NotAllowedError                               the token or session is valid, but does not allow that: respond with 403
```

The last two cut across the tree. With them, a web application needs three clauses, whether a local check or the API refused:

- `except NotAuthenticatedError`, 401: every TokenError except the three below; SessionNotFoundError, TokenUsedOrExpiredError
  and IntermediateSessionNotFoundError.
- `except NotAllowedError`, 403: MissingRoleError, MissingScopeError and WrongTenantError; PermissionDeniedError, which
  includes SessionAuthorizationError.
- `except APIError`, 503: every other failed call.

Invalid arguments raise TypeError or ValueError, with the name of the field.
"""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs
from multidict import CIMultiDict

from .schema import cached, redacted

if TYPE_CHECKING:
    from .endpoint.request import Request

ErrorT = TypeVar("ErrorT", bound="APIError")


class StytchError(Exception):
    """Base of all exceptions of this package, except TypeError and ValueError for invalid arguments."""


# These two come first among a class's bases: frameworks look for the handler of an exception along its MRO.
class NotAuthenticatedError(StytchError):
    """The token, session or link does not authenticate anybody, as found locally or by the API: log in again.

    AuthenticationError (401) is not a subclass: it may also mean that the project's own credentials are wrong.
    """


class NotAllowedError(StytchError):
    """The token or session is valid but does not allow the action, as found locally or by the API."""


class APIError(StytchError):
    """A call failed."""

    # Subclasses with fields take them positionally, and are neither frozen nor slotted: such exceptions could not be unpickled,
    # and task queues pickle them.

    attempts: int = 1
    """Number of attempts."""
    if TYPE_CHECKING:
        request: "Request[Any] | None" = None
        """The request, pickled without its secrets; None if a local token check could not fetch keys or policies."""
    else:  # without an annotation, which tools could resolve only if every error imported endpoints
        request = None

    def __repr__(self) -> str:
        cls: Any = type(self)
        fields = attrs.fields(cls) if attrs.has(cls) else ()
        shown = [f"{field.name}={getattr(self, field.name, ...)!r}" for field in fields if field.repr] or [*map(repr, self.args)]
        return f"{cls.__name__}({', '.join([*shown, f'attempts={self.attempts}'])})"

    def __reduce__(self) -> tuple[Any, ...]:
        state = {name: redacted(value) if name == "request" else value for name, value in self.__dict__.items()}
        if "__notes__" in state:
            state["__notes__"] = [*state["__notes__"]]  # a copy, to which others may add notes
        return type(self), self.args, state

    def _counted(self) -> str:
        return "" if self.attempts == 1 else f" (after {self.attempts} attempts)"


@attrs.define(slots=False, eq=False, repr=False, match_args=False)
class APIStatusError(APIError):
    """The API answered with an error. Branch on the class, or on `error_type`."""

    status_code: int
    error_type: str | None = None
    """The API's error type, such as `member_not_found`; None if the body has none."""
    error_message: str | None = None
    error_url: str | None = None
    """Stytch's documentation of this error."""
    error_details: dict[str, Any] | None = attrs.field(default=None, repr=False)
    request_id: str | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False, converter=CIMultiDict[str])
    """The response headers; names are case-insensitive."""
    retry_after: float | None = None
    """Seconds to wait before another try, if the API said so."""

    status: ClassVar[int | None] = None
    """The HTTP status of this class."""
    error_types: ClassVar[frozenset[str]] = frozenset()
    """The `error_type`s of this class."""

    def __str__(self) -> str:
        known = self.status_code in HTTPStatus._value2member_map_
        title = self.error_type or (HTTPStatus(self.status_code).phrase if known else "unknown status")
        message = f": {self.error_message}" if self.error_message else ""
        request_id = f" [{self.request_id}]" if self.request_id else ""
        return f"{self.status_code} {title}{message}{request_id}{self._counted()}"

    def __reduce__(self) -> tuple[Any, ...]:
        _, args, state = super().__reduce__()
        return _revived, (self.status_code, self.error_type, args), state


class BadRequestError(APIStatusError):
    """400: the API rejected the request."""

    status: ClassVar[int | None] = 400


class WeakPasswordError(BadRequestError):
    """The password fails the project's strength policy."""

    error_types: ClassVar[frozenset[str]] = frozenset({"weak_password"})


class BreachedPasswordError(BadRequestError):
    """The password is on a list of leaked ones."""

    error_types: ClassVar[frozenset[str]] = frozenset({"breached_password"})


class PasswordResetRequiredError(BadRequestError):
    """The member must choose a new password before logging in: theirs leaked, or no longer meets the policy."""

    error_types: ClassVar[frozenset[str]] = frozenset({"member_reset_password", "reset_password"})


class SessionTooOldError(BadRequestError):
    """No factor of the session was authenticated in the last five minutes."""

    error_types: ClassVar[frozenset[str]] = frozenset({"session_too_old_to_reset_password"})


class DuplicateMemberEmailError(BadRequestError):
    """The organization already has a member with that address."""

    error_types: ClassVar[frozenset[str]] = frozenset({"duplicate_member_email"})


class OrganizationSlugTakenError(BadRequestError):
    """The project already has an organization with that slug."""

    error_types: ClassVar[frozenset[str]] = frozenset({"organization_slug_already_used"})


class PKCEError(BadRequestError):
    """The code verifier is missing, was not expected, or does not match the challenge."""

    error_types: ClassVar[frozenset[str]] = frozenset(
        {"pkce_expected_code_verifier", "pkce_did_not_expect_code_verifier", "pkce_mismatch"}
    )


class SearchTimeoutError(BadRequestError):
    """The search took too long: narrow it, or try again."""

    error_types: ClassVar[frozenset[str]] = frozenset({"search_timeout"})


class AuthenticationError(APIStatusError):
    """401: the project's credentials, or the password, token or code to authenticate, were not accepted."""

    status: ClassVar[int | None] = 401


class TokenUsedOrExpiredError(NotAuthenticatedError, AuthenticationError):
    """A mailed token or code was already used, or has expired."""

    error_types: ClassVar[frozenset[str]] = frozenset(
        {
            "unable_to_auth_magic_link",
            "unable_to_auth_password_reset_token",
            "unable_to_auth_otp_code",
            "unable_to_auth_impersonation_token",
        }
    )


class PermissionDeniedError(NotAllowedError, APIStatusError):
    """403: authenticated, but not allowed."""

    status: ClassVar[int | None] = 403


class SessionAuthorizationError(PermissionDeniedError):
    """The member's roles do not grant the action, or the session is of another organization."""

    error_types: ClassVar[frozenset[str]] = frozenset({"session_authorization_error", "session_authorization_tenancy_error"})


class NotFoundError(APIStatusError):
    """404: not found."""

    status: ClassVar[int | None] = 404


class SessionNotFoundError(NotAuthenticatedError, NotFoundError):
    """The session is unknown, expired or revoked."""

    error_types: ClassVar[frozenset[str]] = frozenset({"session_not_found"})


class IntermediateSessionNotFoundError(NotAuthenticatedError, NotFoundError):
    """The intermediate session is unknown, expired or used."""

    error_types: ClassVar[frozenset[str]] = frozenset({"intermediate_session_not_found"})


class MemberNotFoundError(NotFoundError):
    """The member does not exist."""

    error_types: ClassVar[frozenset[str]] = frozenset({"member_not_found"})


class MemberPasswordNotFoundError(NotFoundError):
    """The member has no password."""

    error_types: ClassVar[frozenset[str]] = frozenset({"member_password_not_found"})


class OrganizationNotFoundError(NotFoundError):
    """The organization does not exist."""

    error_types: ClassVar[frozenset[str]] = frozenset({"organization_not_found"})


class ConflictError(APIStatusError):
    """409: conflict with the current state."""

    status: ClassVar[int | None] = 409


class RateLimitError(APIStatusError):
    """429: too many requests, or too many attempts."""

    status: ClassVar[int | None] = 429


class MemberLockedError(RateLimitError):
    """Too many failed logins: the member stays locked for a while, an hour by default."""

    error_types: ClassVar[frozenset[str]] = frozenset({"user_lock_limit_reached"})


class InternalServerError(APIStatusError):
    """5xx: the API failed."""

    status: ClassVar[int | None] = 500


@attrs.define(slots=False, eq=False, repr=False, match_args=False)
class APIConnectionError(APIError):
    """No complete response: the connection could not be made, or was lost."""

    message: str
    maybe_applied: bool = False
    """Whether the request may have reached the API, and so have had its effect."""

    def __str__(self) -> str:
        fate = "; the API may have acted on it" if self.maybe_applied else ""
        return f"{self.message}{fate}{self._counted()}"


class APITimeoutError(APIConnectionError):
    """No complete response in time."""


@attrs.define(slots=False, eq=False, repr=False, match_args=False)
class DecodeError(APIError):
    """The response is not a JSON object; with `strict=True`, also one that does not match its declaration."""

    message: str
    status_code: int
    request_id: str | None = None
    body_start: bytes = attrs.field(default=b"", repr=False)
    """The start of the body without its values: JSON structure and declared names, or a page's plain words; `…` for all else."""

    def __str__(self) -> str:
        request_id = f" [{self.request_id}]" if self.request_id else ""
        return f"{self.message} (HTTP {self.status_code}){request_id}{self._counted()}"


class PaginationError(APIError):
    """The API returned the same cursor twice: following it would never end."""


@attrs.define(slots=False, eq=False, repr=False, match_args=False)
class ClientClosedError(APIError):
    """The client was closed before this call, or during it."""

    message: str
    maybe_applied: bool = False
    """Whether the request may have reached the API, and so have had its effect."""

    def __str__(self) -> str:
        fate = "; the API may have acted on it" if self.maybe_applied else ""
        return f"{self.message}{fate}{self._counted()}"


def about(error: ErrorT, request: "Request[Any]") -> ErrorT:
    """Set an error's request, in one expression: a frame that held the error would keep it alive."""
    error.request = request
    return error


def status_error_class(status_code: int, error_type: str | None) -> type[APIStatusError]:
    """Return the class of an error response, which `except NotFoundError` and `except WeakPasswordError` both catch."""
    by_status = _by_status().get(min(500, status_code), APIStatusError)
    by_type = _by_type().get(error_type or "", by_status)
    return by_type if issubclass(by_type, by_status) else _both(by_type, by_status)


@cached
def _both(by_type: type[APIStatusError], by_status: type[APIStatusError]) -> type[APIStatusError]:
    """Create a subclass of both: a known `error_type` may come with an undocumented status."""
    return type(by_type.__name__, (by_type, by_status), {"__doc__": by_type.__doc__, "__module__": __name__})


def _revived(status_code: int, error_type: str | None, args: tuple[Any, ...]) -> APIStatusError:
    """Recreate an unpickled error, with the class of its response."""
    return status_error_class(status_code, error_type)(*args)


@cache
def _by_status() -> dict[int, type[APIStatusError]]:
    return {cls.status: cls for cls in _status_errors() if cls.status is not None and not cls.error_types}


@cache
def _by_type() -> dict[str, type[APIStatusError]]:
    return {error_type: cls for cls in _status_errors() for error_type in cls.error_types}


def _status_errors() -> list[type[APIStatusError]]:
    """List the classes of this module: a caller's own subclasses take no part in the choice."""
    return [cls for cls in globals().values() if isinstance(cls, type) and issubclass(cls, APIStatusError)]
