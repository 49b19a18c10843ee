"""What a redirect of Stytch's brings, and the call that takes its token."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, TypeAlias

import attrs

from stytch_b2b_async.endpoint import Request

LOGIN: Final = "login"
RESET_PASSWORD: Final = "reset_password"  # noqa: S105  # a type of redirect

Pair: TypeAlias = tuple[str, str]
"""`stytch_token_type` and `stytch_redirect_type`."""


@attrs.frozen(eq=False)
class TokenType:
    """A kind of token."""

    module: str
    """The module of the API that has the call, which is imported when it is first needed."""
    token: str
    """The call's parameter for the token."""
    call: str = "Authenticate"
    verifier: str | None = "pkce_code_verifier"
    """The call's parameter for the PKCE code verifier; None for tokens that no browser asked for."""
    starts_session: bool = True
    """Whether the call takes the factors so far, and the duration of a session. Those of discovery and support do not."""
    needs_password: bool = False
    """Whether the token is spent with a new password, which a form asks for."""
    resets_session: bool = False
    """Whether the token starts a session first, whose password is then set by `passwords.sessions.reset`."""

    def request(self, token: str, verifier: str | None, **options: Any) -> Request[Any]:
        """Return the call that spends a token."""
        given = {self.token: token, **options}
        if verifier is not None and self.verifier is not None:
            given[self.verifier] = verifier
        made: Request[Any] = getattr(import_module(f"stytch_b2b_async.api.{self.module}"), self.call)(**given)
        return made


_LINK: Final = TokenType("magic_links", "magic_links_token")

TOKEN_TYPES: Final[Mapping[Pair, TokenType]] = {
    ("multi_tenant_magic_links", LOGIN): _LINK,
    ("multi_tenant_magic_links", RESET_PASSWORD): attrs.evolve(_LINK, needs_password=True, resets_session=True),
    ("discovery", LOGIN): TokenType("magic_links.discovery", "discovery_magic_links_token", starts_session=False),
    # The type of token as above, for another endpoint.
    ("discovery", RESET_PASSWORD): TokenType(
        "passwords.discovery.email", "password_reset_token", "Reset", starts_session=False, needs_password=True
    ),
    ("multi_tenant_passwords", RESET_PASSWORD): TokenType(
        "passwords.email", "password_reset_token", "Reset", verifier="code_verifier", needs_password=True
    ),
    ("sso", LOGIN): TokenType("sso", "sso_token"),
    ("oauth", LOGIN): TokenType("oauth", "oauth_token"),
    ("discovery_oauth", LOGIN): TokenType("oauth.discovery", "discovery_oauth_token", starts_session=False),
    ("multi_tenant_impersonation", LOGIN): TokenType("impersonation", "impersonation_token", verifier=None, starts_session=False),
}


def token_type(kind: str, redirect: str) -> TokenType | None:
    """Return the kind of token that a redirect has brought; None if there is no such kind.

    `redirect` is `""` if the redirect does not say it.
    """
    if not redirect:
        redirect = RESET_PASSWORD if kind == "multi_tenant_passwords" else LOGIN
    return TOKEN_TYPES.get((kind, redirect))
