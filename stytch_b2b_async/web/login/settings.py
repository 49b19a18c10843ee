"""What the login routes were told."""

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, TypedDict

import attrs

from stytch_b2b_async.logins import StartURLs
from stytch_b2b_async.web.auth import Auth

from .pages import Pages
from .views import Method

Unsolicited: TypeAlias = Literal["ask", "accept", "refuse"]
"""What happens to a login that this browser did not begin: ask the visitor, let it pass, or refuse it."""

PROVIDERS: Final = {"google": "Google", "microsoft": "Microsoft", "github": "GitHub", "slack": "Slack", "hubspot": "HubSpot"}


class LoginRouteOptions(TypedDict, total=False):
    """The arguments of `LoginRoutes`, for adapters that pass them on."""

    after: str
    after_logout: str
    methods: Iterable[Method]
    oauth: Iterable[str]
    start_urls: StartURLs | None
    callback_url: str | None
    session_minutes: int | None
    unsolicited: Unsolicited
    links_elsewhere: bool
    create_organizations: bool
    pages: Pages | None


@attrs.frozen(kw_only=True, eq=False)
class LoginSettings:
    """Checked arguments of `LoginRoutes`, whose docstring explains them."""

    auth: Auth
    after: str
    after_logout: str
    methods: tuple[Method, ...]
    oauth: tuple[str, ...]
    start_urls: StartURLs | None
    callback_url: str | None
    session_minutes: int | None
    unsolicited: Unsolicited
    links_elsewhere: bool
    create_organizations: bool
    pages: Pages
