"""Async-first SDK for the Stytch B2B API, with a blocking client.

Each name is loaded on first use, so importing the package costs next to nothing.
"""

from ._version import __version__ as __version__

TYPE_CHECKING = False  # without importing `typing`: type checkers know the name
if TYPE_CHECKING:
    from .api.m2m._token_source import TokenSource as TokenSource
    from .authorization import Authorization as Authorization
    from .batch.errors import JournalError as JournalError
    from .batch.errors import RateStoreError as RateStoreError
    from .client import BlockingClient as BlockingClient
    from .client import Client as Client
    from .endpoint import Effect as Effect
    from .endpoint import Request as Request
    from .endpoint import Response as Response
    from .endpoint.paging import Page as Page
    from .endpoint.paging import Paging as Paging
    from .errors import APIConnectionError as APIConnectionError
    from .errors import APIError as APIError
    from .errors import APIStatusError as APIStatusError
    from .errors import APITimeoutError as APITimeoutError
    from .errors import AuthenticationError as AuthenticationError
    from .errors import BadRequestError as BadRequestError
    from .errors import BreachedPasswordError as BreachedPasswordError
    from .errors import ClientClosedError as ClientClosedError
    from .errors import ConflictError as ConflictError
    from .errors import DecodeError as DecodeError
    from .errors import DuplicateMemberEmailError as DuplicateMemberEmailError
    from .errors import IntermediateSessionNotFoundError as IntermediateSessionNotFoundError
    from .errors import InternalServerError as InternalServerError
    from .errors import MemberLockedError as MemberLockedError
    from .errors import MemberNotFoundError as MemberNotFoundError
    from .errors import MemberPasswordNotFoundError as MemberPasswordNotFoundError
    from .errors import NotAllowedError as NotAllowedError
    from .errors import NotAuthenticatedError as NotAuthenticatedError
    from .errors import NotFoundError as NotFoundError
    from .errors import OrganizationNotFoundError as OrganizationNotFoundError
    from .errors import OrganizationSlugTakenError as OrganizationSlugTakenError
    from .errors import PaginationError as PaginationError
    from .errors import PasswordResetRequiredError as PasswordResetRequiredError
    from .errors import PermissionDeniedError as PermissionDeniedError
    from .errors import PKCEError as PKCEError
    from .errors import RateLimitError as RateLimitError
    from .errors import SearchTimeoutError as SearchTimeoutError
    from .errors import SessionAuthorizationError as SessionAuthorizationError
    from .errors import SessionNotFoundError as SessionNotFoundError
    from .errors import SessionTooOldError as SessionTooOldError
    from .errors import StytchError as StytchError
    from .errors import TokenUsedOrExpiredError as TokenUsedOrExpiredError
    from .errors import WeakPasswordError as WeakPasswordError
    from .hooks import Attempt as Attempt
    from .hooks import CallEnd as CallEnd
    from .hooks import CallStart as CallStart
    from .hooks import Drift as Drift
    from .hooks import Hooks as Hooks
    from .logins import ChooseOrganization as ChooseOrganization
    from .logins import LoggedIn as LoggedIn
    from .logins import LoginOutcome as LoginOutcome
    from .logins import NeedsPrimaryFactor as NeedsPrimaryFactor
    from .logins import NeedsSecondFactor as NeedsSecondFactor
    from .logins import UnclearLoginError as UnclearLoginError
    from .logins import login_outcome as login_outcome
    from .models.rbac import AuthorizationCheck as AuthorizationCheck
    from .runtime.blocking import BlockingCallWarning as BlockingCallWarning
    from .runtime.sender import Options as Options
    from .transport import SessionPool as SessionPool
    from .transport import Transport as Transport
    from .verify.errors import BadSignatureError as BadSignatureError
    from .verify.errors import MalformedTokenError as MalformedTokenError
    from .verify.errors import MissingRoleError as MissingRoleError
    from .verify.errors import MissingScopeError as MissingScopeError
    from .verify.errors import TokenError as TokenError
    from .verify.errors import TokenExpiredError as TokenExpiredError
    from .verify.errors import TokenNotYetValidError as TokenNotYetValidError
    from .verify.errors import TokenTooOldError as TokenTooOldError
    from .verify.errors import UnknownKeyError as UnknownKeyError
    from .verify.errors import WrongAudienceError as WrongAudienceError
    from .verify.errors import WrongIssuerError as WrongIssuerError
    from .verify.errors import WrongTenantError as WrongTenantError
    from .verify.errors import WrongTokenKindError as WrongTokenKindError
    from .verify.options import Verification as Verification
    from .verify.org_policy import InvalidPolicyError as InvalidPolicyError
    from .verify.pkce import PKCE as PKCE
    from .webhooks import WebhookError as WebhookError
    from .webhooks import WebhookEvent as WebhookEvent
    from .webhooks import WebhookHeaderError as WebhookHeaderError
    from .webhooks import WebhookPayloadError as WebhookPayloadError
    from .webhooks import Webhooks as Webhooks
    from .webhooks import WebhookSignatureError as WebhookSignatureError
    from .webhooks import WebhookTimestampError as WebhookTimestampError
    from .wire import Call as Call
    from .wire import Reply as Reply

_NAMES = {
    "api.m2m._token_source": """
        TokenSource
    """,
    "authorization": """
        Authorization
    """,
    "batch.errors": """
        JournalError RateStoreError
    """,
    "client": """
        BlockingClient Client
    """,
    "endpoint": """
        Effect Request Response
    """,
    "endpoint.paging": """
        Page Paging
    """,
    "errors": """
        APIConnectionError APIError APIStatusError APITimeoutError AuthenticationError BadRequestError BreachedPasswordError
        ClientClosedError ConflictError DecodeError DuplicateMemberEmailError IntermediateSessionNotFoundError
        InternalServerError MemberLockedError MemberNotFoundError MemberPasswordNotFoundError NotAllowedError
        NotAuthenticatedError NotFoundError OrganizationNotFoundError OrganizationSlugTakenError PKCEError PaginationError
        PasswordResetRequiredError PermissionDeniedError RateLimitError SearchTimeoutError SessionAuthorizationError
        SessionNotFoundError SessionTooOldError StytchError TokenUsedOrExpiredError WeakPasswordError
    """,
    "hooks": """
        Attempt CallEnd CallStart Drift Hooks
    """,
    "logins": """
        ChooseOrganization LoggedIn LoginOutcome NeedsPrimaryFactor NeedsSecondFactor UnclearLoginError login_outcome
    """,
    "models.rbac": """
        AuthorizationCheck
    """,
    "runtime.blocking": """
        BlockingCallWarning
    """,
    "runtime.sender": """
        Options
    """,
    "transport": """
        SessionPool Transport
    """,
    "verify.errors": """
        BadSignatureError MalformedTokenError MissingRoleError MissingScopeError TokenError TokenExpiredError
        TokenNotYetValidError TokenTooOldError UnknownKeyError WrongAudienceError WrongIssuerError WrongTenantError
        WrongTokenKindError
    """,
    "verify.options": """
        Verification
    """,
    "verify.org_policy": """
        InvalidPolicyError
    """,
    "verify.pkce": """
        PKCE
    """,
    "webhooks": """
        WebhookError WebhookEvent WebhookHeaderError WebhookPayloadError WebhookSignatureError WebhookTimestampError Webhooks
    """,
    "wire": """
        Call Reply
    """,
}
"""The public names, by the module that each is loaded from."""

_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names.split()}

_SUBMODULES = frozenset(
    {
        "api",
        "batch",
        "catalog",
        "emulator",
        "errors",
        "gateway",
        "hooks",
        "integrations",
        "logins",
        "models",
        "openapi",
        "testing",
        "verify",
        "web",
        "webhooks",
    }
)
"""Submodules that are loaded on first use as attributes of the package."""

if not TYPE_CHECKING:  # type checkers read the imports above
    __all__ = [*sorted([*_MODULE_OF, "__version__"])]  # noqa: PLE0604  # strings, all of them

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name in _MODULE_OF:
            value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
            globals()[name] = value  # so that the next use finds it directly
            return value
        if name in _SUBMODULES:
            return import_module(f"{__name__}.{name}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return list(__all__)
