"""The application that every framework builds for the table of cases: its routes, and the settings of its `Auth`.

A handler answers by its route's `behaviour`:

- `principal`: 200, with `described(principal)` as JSON.
- `plain`: 200, with any body: it is given no principal.
- `redirect`: 303 to `/elsewhere`, by a response object.
- `stream`: 200, in two chunks, with `described(principal)` as JSON.
- `missing`: the framework's own exception for a 404.
- `broken`: an exception that nobody expects: 500.
- `cached`: 200, with `Vary: Accept`, `Cache-Control: public, max-age=600` and the like for CDNs, by a response object.
- `themed`: 200, with `Set-Cookie: theme=dark; Path=/`.
- `listen`: a websocket, which is accepted, sends `described(principal)` as JSON, and is closed.

The ready-made routes are mounted, too: `webhook_route(secret=WEBHOOK_SECRET, on_event=setup.events.append)` at `/hooks` and, where
`setup.has_logins`, `login_routes(**LOGINS_OPTIONS)` at `/auth`.
"""

import json
from typing import Any, Literal, TypeAlias

import attrs

from stytch_b2b_async.logins import StartURLs
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.verify.access_token import AccessTokenClaims
from stytch_b2b_async.verify.m2m import MachineClaims
from stytch_b2b_async.web import Cookies, Rule, connected_app, machine, member, public
from stytch_b2b_async.web.login import LoginRouteOptions
from stytch_b2b_async.webhooks import WebhookEvent

WEBHOOK_SECRET = "whsec_" + "dGVzdHMgc2lnbiB3ZWJob29rcyB3aXRoIHRoaXMga2V5"
TRUSTED = "https://console.example.net"

Behaviour: TypeAlias = Literal["principal", "plain", "redirect", "stream", "missing", "broken", "cached", "themed", "listen"]


@attrs.frozen
class AppRoute:
    """A route of the application. `{org}` and `{number}` are path parameters that match one segment."""

    method: str
    """`WEBSOCKET` for a websocket."""
    path: str
    rule: Rule[Any] | None
    behaviour: Behaviour = "principal"

    @property
    def name(self) -> str:
        """A name for frameworks that want one."""
        return f"{self.method} {self.path}".lower().translate(str.maketrans(" /{}", "____"))


ANYWHERE = member(organization=None)

ROUTES = (
    AppRoute("GET", "/health", None, "plain"),
    AppRoute("GET", "/about", public(), "plain"),
    AppRoute("GET", "/me", ANYWHERE),
    AppRoute("POST", "/me", ANYWHERE),
    AppRoute("GET", "/welcome", member(optional=True, organization=None)),
    AppRoute("GET", "/{org}/invoices", member()),
    AppRoute("POST", "/{org}/invoices", member()),
    AppRoute("PUT", "/{org}/invoices/{number}", member(permission=("invoices", "update"))),
    AppRoute("DELETE", "/{org}/invoices/{number}", member(role="admin")),
    AppRoute("GET", "/{org}/balance", member(max_age=60)),
    AppRoute("GET", "/{org}/audit", member(impersonated=False)),
    AppRoute("POST", "/{org}/transfers", member(factor_within=300)),
    AppRoute("GET", "/readings", machine("read:readings") | ANYWHERE),
    AppRoute("POST", "/readings", machine("write:readings")),
    AppRoute("GET", "/{org}/contacts", connected_app("read:contacts")),
    AppRoute("GET", "/redirect", ANYWHERE, "redirect"),
    AppRoute("GET", "/stream", ANYWHERE, "stream"),
    AppRoute("GET", "/missing", ANYWHERE, "missing"),
    AppRoute("GET", "/broken", ANYWHERE, "broken"),
    AppRoute("GET", "/cached", ANYWHERE, "cached"),
    AppRoute("GET", "/themed", ANYWHERE, "themed"),
    AppRoute("WEBSOCKET", "/{org}/live", member(), "listen"),
)

WITHOUT_RULE = {"GET /health"}
"""What `auth.without_rule(app)` is to return, in the framework's own way of writing paths."""


@attrs.frozen(eq=False)
class Setup:
    """One application: `Auth(fake.client(timeout=setup.timeout), **setup.arguments)`."""

    name: str
    organization: str | None = "{org}"
    cookies: Cookies = attrs.field(factory=Cookies)
    extend: int | None = None
    login_page: str | None = None
    has_logins: bool = False
    """Whether the login routes are mounted."""
    timeout: float = 30.0
    """Of its client, in seconds."""
    events: list[WebhookEvent] = attrs.field(factory=list[WebhookEvent], repr=False)
    """The webhooks that were received."""

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of its Auth, besides the client."""
        return {
            "organization": self.organization,
            "cookies": self.cookies,
            "trusted_origins": [TRUSTED],
            "extend": self.extend,
            "login_page": self.login_page,
        }


USUAL = Setup("usual")
EXTENDING = Setup("extending", extend=120)
PAGES = Setup("pages", login_page="/auth/login")
SHARED = Setup("shared", cookies=Cookies.shared())
BY_STYTCH = Setup("by_stytch", cookies=Cookies.by_stytch(domain="example.com"))
SUBDOMAINS = Setup("subdomains", organization="{org}.example.com")
LOGINS = Setup("logins", login_page="/auth/login", has_logins=True)

IMPATIENT = Setup("impatient", has_logins=True, timeout=0.3)

SETUPS = (USUAL, EXTENDING, PAGES, SHARED, BY_STYTCH, SUBDOMAINS, LOGINS, IMPATIENT)

LOGINS_OPTIONS: LoginRouteOptions = {
    "after": "/me",
    "after_logout": "/about",
    "methods": ["password", "magic_link", "email_code", "sso"],
    "oauth": ["google"],
    "start_urls": StartURLs("public-token-test-11111111-1111-4111-8111-111111111111", base_url="https://login.example.net"),
}


def fake_stytch() -> FakeStytch:
    """Return what an application's client talks to: one per setup, for all its cases."""
    return FakeStytch(roles={"admin": {"invoices": ["*"]}, "editor": {"invoices": ["update"]}, "reader": {"invoices": ["read"]}})


def described(principal: object) -> str:
    """Return who was let in, as JSON."""
    match principal:
        case MemberSession():
            found = {"member": principal.member_id, "organization": principal.organization_slug}
        case MachineClaims():
            found = {"machine": principal.client_id}
        case AccessTokenClaims():
            found = {"app": principal.client_id, "member": principal.subject}
        case _:
            assert principal is None
            found = {}
    return json.dumps(found)
