"""From the answer of a login to the calls that can follow it.

The answer of a login that lacks a factor is a 200 as well, with an empty session token. `login_outcome` tells the two apart by
type: there is no session to read on what is not logged in, and each unfinished outcome builds the requests that can finish it.

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
from .steps import ChooseOrganization, NeedsPrimaryFactor, NeedsSecondFactor, UnfinishedLogin

__all__ = [
    "ChooseOrganization",
    "LoggedIn",
    "LoginOptions",
    "LoginOutcome",
    "NeedsPrimaryFactor",
    "NeedsSecondFactor",
    "OrganizationOptions",
    "SecondFactorOptions",
    "SessionOptions",
    "UnclearLoginError",
    "UnfinishedLogin",
    "login_outcome",
]
