"""Logins with several steps: from a login's response to the next request.

A login that lacks a factor also returns 200, with an empty session token. `login_outcome` distinguishes the cases by type: only
`LoggedIn` has a session, and each incomplete outcome builds the requests that can complete it.

```python
outcome = login_outcome(await client.passwords.authenticate(…))
match outcome:
    case LoggedIn():
        remember(outcome.session_token)
    case NeedsSecondFactor():
        await client.send(outcome.send_sms())
    case NeedsPrimaryFactor():
        offer(outcome.allowed_auth_methods)
    case _:
        assert_never(outcome)
```
"""

from .options import LoginOptions, OrganizationOptions, SecondFactorOptions, SessionOptions
from .outcome import LoggedIn, LoginOutcome, UnclearLoginError, login_outcome
from .start_urls import OAuthProvider, StartURLs
from .steps import ChooseOrganization, NeedsPrimaryFactor, NeedsSecondFactor, UnfinishedLogin

__all__ = [
    "ChooseOrganization",
    "LoggedIn",
    "LoginOptions",
    "LoginOutcome",
    "NeedsPrimaryFactor",
    "NeedsSecondFactor",
    "OAuthProvider",
    "OrganizationOptions",
    "SecondFactorOptions",
    "SessionOptions",
    "StartURLs",
    "UnclearLoginError",
    "UnfinishedLogin",
    "login_outcome",
]
