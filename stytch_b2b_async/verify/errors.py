"""Errors of local token checks. None of them contains the token.

```
TokenError (a StytchError)
├── MalformedTokenError        not an RS256 token, or its claims are invalid
├── UnknownKeyError            signed with a key that the project does not publish
├── BadSignatureError          altered, or signed with another key
├── TokenExpiredError          genuine, but expired
├── TokenTooOldError           genuine and valid, but older than `max_age` allows
├── TokenNotYetValidError      genuine, but not valid yet
├── WrongIssuerError           issued by, or for, another project
├── WrongAudienceError         issued for another audience
├── WrongTokenKindError        a genuine token of another type, such as an M2M token instead of a session JWT
├── MissingScopeError          a required scope is missing
├── MissingRoleError           no role grants the action
└── WrongTenantError           the check is about another organization
```

The last three are also NotAllowedErrors, and all others NotAuthenticatedErrors.
"""

from stytch_b2b_async.errors import NotAllowedError, NotAuthenticatedError, StytchError


class TokenError(StytchError):
    """A token or a permission was rejected by a local check."""


class MalformedTokenError(NotAuthenticatedError, TokenError):
    """Not an RS256 token, or its claims are invalid."""


class UnknownKeyError(NotAuthenticatedError, TokenError):
    """Signed with a key that the project does not publish."""


class BadSignatureError(NotAuthenticatedError, TokenError):
    """Altered, or signed with another key."""


class TokenExpiredError(NotAuthenticatedError, TokenError):
    """Genuine, but expired."""


class TokenTooOldError(NotAuthenticatedError, TokenError):
    """Genuine and valid, but older than `max_age` allows."""


class TokenNotYetValidError(NotAuthenticatedError, TokenError):
    """Genuine, but not valid yet: this machine's clock may be slow."""


class WrongIssuerError(NotAuthenticatedError, TokenError):
    """Issued by, or for, another project."""


class WrongAudienceError(NotAuthenticatedError, TokenError):
    """Issued for another audience."""


class WrongTokenKindError(NotAuthenticatedError, TokenError):
    """A genuine token of another type, such as an M2M token instead of a session JWT."""


class MissingScopeError(NotAllowedError, TokenError):
    """A required scope is missing."""


class MissingRoleError(NotAllowedError, TokenError):
    """No role grants the action."""


class WrongTenantError(NotAllowedError, TokenError):
    """The check is about another organization than the token's."""
