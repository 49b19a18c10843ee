"""Stytch B2B, async first."""

import importlib as _importlib
import typing as _typing

from stytch_b2b_async.runtime.blocking import BlockingCallWarning

from ._version import __version__
from .authorization import Authorization
from .client import BlockingClient, Client
from .endpoint import Effect, Request, Response
from .errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    BreachedPasswordError,
    ClientClosedError,
    ConflictError,
    DecodeError,
    DuplicateMemberEmailError,
    IntermediateSessionNotFoundError,
    InternalServerError,
    MemberLockedError,
    MemberNotFoundError,
    MemberPasswordNotFoundError,
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
    OrganizationNotFoundError,
    OrganizationSlugTakenError,
    PaginationError,
    PasswordResetRequiredError,
    PermissionDeniedError,
    PKCEError,
    RateLimitError,
    SearchTimeoutError,
    SessionAuthorizationError,
    SessionNotFoundError,
    SessionTooOldError,
    StytchError,
    TokenUsedOrExpiredError,
    WeakPasswordError,
)
from .transport import SessionPool, Transport
from .wire import Call, Reply

if _typing.TYPE_CHECKING:
    from stytch_b2b_async.models.rbac import AuthorizationCheck
    from stytch_b2b_async.verify.errors import (
        BadSignatureError,
        MalformedTokenError,
        MissingRoleError,
        MissingScopeError,
        TokenError,
        TokenExpiredError,
        TokenNotYetValidError,
        TokenTooOldError,
        UnknownKeyError,
        WrongAudienceError,
        WrongIssuerError,
        WrongTenantError,
        WrongTokenKindError,
    )
    from stytch_b2b_async.verify.options import Verification
    from stytch_b2b_async.verify.org_policy import InvalidPolicyError
    from stytch_b2b_async.verify.pkce import PKCE
    from stytch_b2b_async.webhooks.events import WebhookEvent
    from stytch_b2b_async.webhooks.verification import (
        WebhookError,
        WebhookHeaderError,
        WebhookPayloadError,
        Webhooks,
        WebhookSignatureError,
        WebhookTimestampError,
    )

    from .hooks import Attempt, CallEnd, CallStart, Drift, Hooks
    from .logins import (
        ChooseOrganization,
        LoggedIn,
        LoginOutcome,
        NeedsPrimaryFactor,
        NeedsSecondFactor,
        UnclearLoginError,
        login_outcome,
    )

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "Attempt",
    "AuthenticationError",
    "Authorization",
    "AuthorizationCheck",
    "BadRequestError",
    "BadSignatureError",
    "BlockingCallWarning",
    "BlockingClient",
    "BreachedPasswordError",
    "Call",
    "CallEnd",
    "CallStart",
    "ChooseOrganization",
    "Client",
    "ClientClosedError",
    "ConflictError",
    "DecodeError",
    "Drift",
    "DuplicateMemberEmailError",
    "Effect",
    "Hooks",
    "IntermediateSessionNotFoundError",
    "InternalServerError",
    "InvalidPolicyError",
    "LoggedIn",
    "LoginOutcome",
    "MalformedTokenError",
    "MemberLockedError",
    "MemberNotFoundError",
    "MemberPasswordNotFoundError",
    "MissingRoleError",
    "MissingScopeError",
    "NeedsPrimaryFactor",
    "NeedsSecondFactor",
    "NotAllowedError",
    "NotAuthenticatedError",
    "NotFoundError",
    "OrganizationNotFoundError",
    "OrganizationSlugTakenError",
    "PKCE",
    "PKCEError",
    "PaginationError",
    "PasswordResetRequiredError",
    "PermissionDeniedError",
    "RateLimitError",
    "Reply",
    "Request",
    "Response",
    "SearchTimeoutError",
    "SessionAuthorizationError",
    "SessionNotFoundError",
    "SessionPool",
    "SessionTooOldError",
    "StytchError",
    "TokenError",
    "TokenExpiredError",
    "TokenNotYetValidError",
    "TokenTooOldError",
    "TokenUsedOrExpiredError",
    "Transport",
    "UnclearLoginError",
    "UnknownKeyError",
    "Verification",
    "WeakPasswordError",
    "WebhookError",
    "WebhookEvent",
    "WebhookHeaderError",
    "WebhookPayloadError",
    "WebhookSignatureError",
    "WebhookTimestampError",
    "Webhooks",
    "WrongAudienceError",
    "WrongIssuerError",
    "WrongTenantError",
    "WrongTokenKindError",
    "__version__",
    "login_outcome",
]

_ROOMS = {
    "hooks": "Attempt CallEnd CallStart Drift Hooks",
    "logins": "ChooseOrganization LoggedIn LoginOutcome NeedsPrimaryFactor NeedsSecondFactor UnclearLoginError login_outcome",
    "models.rbac": "AuthorizationCheck",
    "verify.errors": """
        BadSignatureError MalformedTokenError MissingRoleError MissingScopeError TokenError TokenExpiredError TokenNotYetValidError
        TokenTooOldError UnknownKeyError WrongAudienceError WrongIssuerError WrongTenantError WrongTokenKindError
    """,
    "verify.options": "Verification",
    "verify.org_policy": "InvalidPolicyError",
    "verify.pkce": "PKCE",
    "verify.webhook_events": "WebhookEvent",
    "verify.webhooks": "WebhookError WebhookHeaderError WebhookPayloadError WebhookSignatureError WebhookTimestampError Webhooks",
}
"""What is loaded when it is first named: most programs start without it."""

_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names.split()}


def __getattr__(name: str) -> _typing.Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_importlib.import_module(f"{__name__}.{_ROOM_OF[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
