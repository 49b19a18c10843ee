"""What can go wrong, as a tree.

```
StytchError
├── APIError                                      a call ended without its response; all have `request` and `attempts`
│   ├── APIStatusError                            the API answered, and not with a 2xx
│   │   ├── BadRequestError                 400
│   │   │   ├── WeakPasswordError                 the password fails the project's policy
│   │   │   ├── BreachedPasswordError             the password is on a list of leaked ones
│   │   │   ├── PasswordResetRequiredError        the member must choose a new password before logging in
│   │   │   ├── SessionTooOldError                no factor of the session was proven within the last five minutes
│   │   │   ├── DuplicateMemberEmailError         the organization has a member with that address
│   │   │   ├── OrganizationSlugTakenError        the project has an organization with that slug
│   │   │   ├── PKCEError                         the code verifier is missing, unexpected or wrong
│   │   │   └── SearchTimeoutError                the search took too long
│   │   ├── AuthenticationError             401
│   │   │   └── TokenUsedOrExpiredError           a mailed token or code was used before, or came too late
│   │   ├── PermissionDeniedError           403
│   │   │   └── SessionAuthorizationError         the member's roles do not grant the action, or not there
│   │   ├── NotFoundError                   404
│   │   │   ├── SessionNotFoundError              the session is unknown, over or revoked
│   │   │   ├── IntermediateSessionNotFoundError  the intermediate session is unknown, over or used up
│   │   │   ├── MemberNotFoundError
│   │   │   ├── MemberPasswordNotFoundError       the member has no password
│   │   │   └── OrganizationNotFoundError
│   │   ├── ConflictError                   409
│   │   ├── RateLimitError                  429
│   │   │   └── MemberLockedError                 too many failed logins
│   │   └── InternalServerError             5xx
│   ├── APIConnectionError                        no answer
│   │   └── APITimeoutError                       … in the time allowed
│   ├── DecodeError                               an answer that is not a JSON object; with strict=True, also one that drifted
│   ├── PaginationError                           pages that would never end
│   └── ClientClosedError                         a call after close(), or cut short by it
├── NotAuthenticatedError                         nobody is logged in by that token, session or link: answer 401
└── NotAllowedError                               somebody is, and may not do that: answer 403
```

The last two cut across the tree, so that a web application needs three clauses, whether this machine or the API refused:

- `except NotAuthenticatedError`, 401: every TokenError but the three below, and of the API's errors SessionNotFoundError,
  and IntermediateSessionNotFoundError, and TokenUsedOrExpiredError.
- `except NotAllowedError`, 403: MissingRoleError, MissingScopeError and WrongTenantError, found here; PermissionDeniedError,
  and so SessionAuthorizationError, said by the API.
- `except APIError`, 503: whatever else may end a call.

Arguments that cannot be sent are not a StytchError but the usual TypeError or ValueError, naming the field.
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
    """Base of every error that this package raises beyond TypeError and ValueError."""


# These two come first among the bases of a class: frameworks look for the handler of an error along its method resolution order.
class NotAuthenticatedError(StytchError):
    """Nobody is logged in by that token, session or link, as this machine or the API found: log in again.

    An AuthenticationError (401) is not one by itself: it may also mean that the project's own credentials are wrong.
    """


class NotAllowedError(StytchError):
    """The token or session counts, and does not allow that, as this machine or the API found."""


class APIError(StytchError):
    """A call ended without its response."""

    # Those with fields are positional, neither frozen nor slotted nor keyword-only: exceptions that are cannot be unpickled, and
    # batch workers pickle them.

    attempts: int = 1
    """How many attempts were made."""
    request: "Request[Any] | None" = None
    """The request that failed, pickled without its secrets; None for a check on this machine that could not fetch what it needs."""

    def __repr__(self) -> str:
        cls: Any = type(self)
        fields = attrs.fields(cls) if attrs.has(cls) else ()
        shown = [f"{field.name}={getattr(self, field.name, ...)!r}" for field in fields if field.repr] or [*map(repr, self.args)]
        return f"{cls.__name__}({', '.join([*shown, f'attempts={self.attempts}'])})"

    def __reduce__(self) -> tuple[Any, ...]:
        state = {name: redacted(value) if name == "request" else value for name, value in self.__dict__.items()}
        if "__notes__" in state:
            state["__notes__"] = [*state["__notes__"]]  # a copy is noted on by others
        return type(self), self.args, state

    def _counted(self) -> str:
        return "" if self.attempts == 1 else f" (after {self.attempts} attempts)"


@attrs.define(slots=False, eq=False, repr=False, match_args=False)
class APIStatusError(APIError):
    """The API answered with an error. Branch on the class, or on `error_type`."""

    status_code: int
    error_type: str | None = None
    """The API's word for what went wrong, such as `member_not_found`; None when the body did not say."""
    error_message: str | None = None
    error_url: str | None = None
    """The vendor's page about this error."""
    error_details: dict[str, Any] | None = attrs.field(default=None, repr=False)
    request_id: str | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False, converter=CIMultiDict[str])
    """The reply's headers, looked up in any case."""
    retry_after: float | None = None
    """Seconds that the API asked to wait, if it did."""

    status: ClassVar[int | None] = None
    """The HTTP status that this class stands for."""
    error_types: ClassVar[frozenset[str]] = frozenset()
    """The `error_type`s that this class stands for."""

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
    """400: the API refused what was asked."""

    status: ClassVar[int | None] = 400


class WeakPasswordError(BadRequestError):
    """The password fails the project's strength policy."""

    error_types: ClassVar[frozenset[str]] = frozenset({"weak_password"})


class BreachedPasswordError(BadRequestError):
    """The password is on a list of leaked ones."""

    error_types: ClassVar[frozenset[str]] = frozenset({"breached_password"})


class PasswordResetRequiredError(BadRequestError):
    """The member must choose a new password before logging in with one: it leaked, or no longer meets the policy."""

    error_types: ClassVar[frozenset[str]] = frozenset({"member_reset_password", "reset_password"})


class SessionTooOldError(BadRequestError):
    """No factor of the session was proven within the last five minutes."""

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
    """A mailed token or code was used before, or came too late."""

    error_types: ClassVar[frozenset[str]] = frozenset(
        {
            "unable_to_auth_magic_link",
            "unable_to_auth_password_reset_token",
            "unable_to_auth_otp_code",
            "unable_to_auth_impersonation_token",
        }
    )


class PermissionDeniedError(NotAllowedError, APIStatusError):
    """403: known, and not allowed."""

    status: ClassVar[int | None] = 403


class SessionAuthorizationError(PermissionDeniedError):
    """The member's roles do not grant the action, or the organization is another one."""

    error_types: ClassVar[frozenset[str]] = frozenset({"session_authorization_error", "session_authorization_tenancy_error"})


class NotFoundError(APIStatusError):
    """404: no such thing."""

    status: ClassVar[int | None] = 404


class SessionNotFoundError(NotAuthenticatedError, NotFoundError):
    """The session is unknown, over or revoked."""

    error_types: ClassVar[frozenset[str]] = frozenset({"session_not_found"})


class IntermediateSessionNotFoundError(NotAuthenticatedError, NotFoundError):
    """The intermediate session is unknown, over or used up."""

    error_types: ClassVar[frozenset[str]] = frozenset({"intermediate_session_not_found"})


class MemberNotFoundError(NotFoundError):
    """No such member."""

    error_types: ClassVar[frozenset[str]] = frozenset({"member_not_found"})


class MemberPasswordNotFoundError(NotFoundError):
    """The member has no password."""

    error_types: ClassVar[frozenset[str]] = frozenset({"member_password_not_found"})


class OrganizationNotFoundError(NotFoundError):
    """No such organization."""

    error_types: ClassVar[frozenset[str]] = frozenset({"organization_not_found"})


class ConflictError(APIStatusError):
    """409: at odds with what is there."""

    status: ClassVar[int | None] = 409


class RateLimitError(APIStatusError):
    """429: too many calls, or too many attempts."""

    status: ClassVar[int | None] = 429


class MemberLockedError(RateLimitError):
    """Too many failed logins: the member stays locked for a while, an hour by default."""

    error_types: ClassVar[frozenset[str]] = frozenset({"user_lock_limit_reached"})


class InternalServerError(APIStatusError):
    """5xx: the vendor's side failed."""

    status: ClassVar[int | None] = 500


@attrs.define(slots=False, eq=False, repr=False, match_args=False)
class APIConnectionError(APIError):
    """No answer: the connection failed, or broke before the answer was whole."""

    message: str
    maybe_applied: bool = False
    """Whether the request may have reached the API, and so have had its effect."""

    def __str__(self) -> str:
        fate = "; the API may have acted on it" if self.maybe_applied else ""
        return f"{self.message}{fate}{self._counted()}"


class APITimeoutError(APIConnectionError):
    """No whole answer in the time allowed."""


@attrs.define(slots=False, eq=False, repr=False, match_args=False)
class DecodeError(APIError):
    """An answer that is not a JSON object; with `strict=True`, also one that does not fit its declaration."""

    message: str
    status_code: int
    request_id: str | None = None
    body_start: bytes = attrs.field(default=b"", repr=False)
    """The start of the body: of JSON the structure and the declared names, of a page the plain words; `…` stands for all values."""

    def __str__(self) -> str:
        request_id = f" [{self.request_id}]" if self.request_id else ""
        return f"{self.message} (HTTP {self.status_code}){request_id}{self._counted()}"


class PaginationError(APIError):
    """The API handed out a cursor a second time: following it would never end."""


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
    """Say which request an error is about, in one expression: a frame that held the error would keep it alive."""
    error.request = request
    return error


def status_error_class(status_code: int, error_type: str | None) -> type[APIStatusError]:
    """Choose the class of an error reply: right for `except NotFoundError` and for `except WeakPasswordError` alike."""
    by_status = _by_status().get(min(500, status_code), APIStatusError)
    by_type = _by_type().get(error_type or "", by_status)
    return by_type if issubclass(by_type, by_status) else _both(by_type, by_status)


@cached
def _both(by_type: type[APIStatusError], by_status: type[APIStatusError]) -> type[APIStatusError]:
    """Blend two classes: not every status is documented, and a known `error_type` may come with another one."""
    return type(by_type.__name__, (by_type, by_status), {"__doc__": by_type.__doc__, "__module__": __name__})


def _revived(status_code: int, error_type: str | None, args: tuple[Any, ...]) -> APIStatusError:
    """Make an unpickled error of the class that its reply called for."""
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
