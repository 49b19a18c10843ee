"""Why something was refused on this machine; none of these carries the token.

```
TokenError (a StytchError)
├── MalformedTokenError        not a signed token of the kind that is checked here, or invalid claims
├── UnknownKeyError            signed with a key that the project does not publish
├── BadSignatureError          altered, or signed by somebody else
├── TokenExpiredError          genuine, and past its end
├── TokenTooOldError           genuine and alive, and older than the caller takes
├── TokenNotYetValidError      genuine, and from the future
├── WrongIssuerError           made by, or for, another project
├── WrongAudienceError         made for somebody else
├── WrongTokenKindError        a genuine token of another kind, such as a machine's where a session's is asked for
├── MissingScopeError          lacks a scope
├── MissingRoleError           no role grants the action
└── WrongTenantError           of another organization
```

The last three are NotAllowedErrors too, all others NotAuthenticatedErrors.
"""

from stytch_b2b_async.errors import NotAllowedError, NotAuthenticatedError, StytchError


class TokenError(StytchError):
    """A token was refused."""


class MalformedTokenError(NotAuthenticatedError, TokenError):
    """Not a signed token of the kind that is checked here, or its claims are invalid."""


class UnknownKeyError(NotAuthenticatedError, TokenError):
    """Signed with a key that the project does not publish."""


class BadSignatureError(NotAuthenticatedError, TokenError):
    """Altered, or signed by somebody else."""


class TokenExpiredError(NotAuthenticatedError, TokenError):
    """Genuine, and past its end."""


class TokenTooOldError(NotAuthenticatedError, TokenError):
    """Genuine and alive, and older than the caller takes."""


class TokenNotYetValidError(NotAuthenticatedError, TokenError):
    """Genuine, and from the future: this machine's clock may be behind."""


class WrongIssuerError(NotAuthenticatedError, TokenError):
    """Made by, or for, another project."""


class WrongAudienceError(NotAuthenticatedError, TokenError):
    """Made for somebody else."""


class WrongTokenKindError(NotAuthenticatedError, TokenError):
    """A genuine token of another kind, such as a machine's where a session's is asked for."""


class MissingScopeError(NotAllowedError, TokenError):
    """Lacks a scope."""


class MissingRoleError(NotAllowedError, TokenError):
    """No role grants the action."""


class WrongTenantError(NotAllowedError, TokenError):
    """Of another organization."""
