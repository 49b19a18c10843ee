"""The table of cases that every framework must pass, and the core without any.

A framework's test builds the application of `web/app.py` for each setup, with its adapter and `setup.arguments`, and runs:

```python
@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case, …) -> None:
    case.play(Stage(fake, driver, case.setup))
```

Cases with `is_websocket` are left out where `driver.has_websockets` is false. All cases of a setup share one application and one
FakeStytch: each signs its own member in, so their order does not matter.
"""

from web.staging import Case
from web.table import credentials, cross_site, forgery, http, logins, organizations, sessions

CASES: list[Case] = [
    case for module in (sessions, forgery, credentials, organizations, cross_site, http, logins) for case in module.table.cases
]
