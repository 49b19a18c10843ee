"""The addresses at which browsers start SSO and OAuth logins."""

import os
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, final
from urllib.parse import quote, urlencode

from stytch_b2b_async.config import API_HOSTS, checked_base_url
from stytch_b2b_async.schema import OpenEnum
from stytch_b2b_async.schema.validation import refuse_control_characters

OAuthProvider: TypeAlias = OpenEnum[Literal["google", "microsoft", "github", "slack", "hubspot"]]
"""An OAuth provider, as it is called in URLs."""


@final
class StartURLs:
    """Build the URLs at which a browser starts an SSO or OAuth login.

    ```python
    urls = StartURLs("public-token-test-…")
    pair = PKCE.generate()
    redirect(urls.sso(connection_id="saml-connection-test-…", pkce_code_challenge=pair.challenge))
    ```

    - `public_token`: of the project, from Stytch's dashboard; it is not a secret. Defaults to `STYTCH_PUBLIC_TOKEN`.
    - `base_url`: a custom domain or an emulator; defaults to `STYTCH_BASE_URL`, then to Stytch's host, test or live, of the token.

    The browser comes back to a redirect URL with `token` and `stytch_token_type` in its query. Redirect URLs must be registered
    with the project, which also has their defaults. Exactly one of `connection_id` (SSO only), `organization_id` and `slug`
    locates the organization.
    """

    def __init__(self, public_token: str | None = None, *, base_url: str | None = None) -> None:
        self.public_token: str = public_token or os.environ.get("STYTCH_PUBLIC_TOKEN") or ""
        if not self.public_token:
            raise ValueError("public_token is missing: pass it, or set STYTCH_PUBLIC_TOKEN")
        refuse_control_characters("public_token", self.public_token)
        base_url = base_url or os.environ.get("STYTCH_BASE_URL") or None
        self.base_url: str = (
            _vendor_host(self.public_token) if base_url is None else checked_base_url("base_url", base_url, allow_http=True)
        )

    def __repr__(self) -> str:
        return f"StartURLs({self.public_token!r}, base_url={self.base_url!r})"

    def sso(
        self,
        *,
        connection_id: str | None = None,
        organization_id: str | None = None,
        slug: str | None = None,
        login_redirect_url: str | None = None,
        signup_redirect_url: str | None = None,
        pkce_code_challenge: str | None = None,
        login_hint: str | None = None,
    ) -> str:
        """Log in through an organization's identity provider; continue with `sso.authenticate`.

        An organization with several connections needs a default one, or the `connection_id`. `login_hint` is an email address.
        """
        located = _located(connection_id=connection_id, organization_id=organization_id, slug=slug)
        return self._url(
            "/v1/public/sso/start",
            {
                **located,
                "login_redirect_url": login_redirect_url,
                "signup_redirect_url": signup_redirect_url,
                "pkce_code_challenge": pkce_code_challenge,
                "login_hint": login_hint,
            },
        )

    def oauth(
        self,
        provider: OAuthProvider,
        *,
        organization_id: str | None = None,
        slug: str | None = None,
        login_redirect_url: str | None = None,
        signup_redirect_url: str | None = None,
        pkce_code_challenge: str | None = None,
        custom_scopes: Sequence[str] = (),
        provider_params: Mapping[str, str] | None = None,
    ) -> str:
        """Log in to an organization through an OAuth provider; continue with `oauth.authenticate`.

        `provider_params`, such as `{"login_hint": "ada@example.com"}`, are passed on to the provider.
        """
        return self._url(
            f"/v1/b2b/public/oauth/{_segment(provider)}/start",
            {
                **_located(organization_id=organization_id, slug=slug),
                "login_redirect_url": login_redirect_url,
                "signup_redirect_url": signup_redirect_url,
                "pkce_code_challenge": pkce_code_challenge,
                **_provider_query(custom_scopes, provider_params),
            },
        )

    def oauth_discovery(
        self,
        provider: OAuthProvider,
        *,
        discovery_redirect_url: str | None = None,
        pkce_code_challenge: str | None = None,
        custom_scopes: Sequence[str] = (),
        provider_params: Mapping[str, str] | None = None,
    ) -> str:
        """Log in through an OAuth provider before an organization is chosen; continue with `oauth.discovery.authenticate`."""
        return self._url(
            f"/v1/b2b/public/oauth/{_segment(provider)}/discovery/start",
            {
                "discovery_redirect_url": discovery_redirect_url,
                "pkce_code_challenge": pkce_code_challenge,
                **_provider_query(custom_scopes, provider_params),
            },
        )

    def _url(self, path: str, query: Mapping[str, str | None]) -> str:
        given = {"public_token": self.public_token, **{name: value for name, value in query.items() if value is not None}}
        return f"{self.base_url}{path}?{urlencode(given)}"


def _vendor_host(public_token: str) -> str:
    for prefix, host in API_HOSTS.items():
        if public_token.startswith(prefix.replace("project-", "public-token-")):
            return host
    raise ValueError("public_token has neither the prefix public-token-test- nor public-token-live-: pass base_url")


def _located(**given: str | None) -> Mapping[str, str]:
    located = {name: value for name, value in given.items() if value}
    if len(located) != 1:
        raise ValueError(f"give exactly one of {', '.join(given)}")
    return located


def _segment(provider: str) -> str:
    if not provider or provider in {".", ".."}:
        raise ValueError("provider must be the name of an OAuth provider, such as google")
    return quote(provider, safe="")


def _provider_query(custom_scopes: Sequence[str], provider_params: Mapping[str, str] | None) -> Mapping[str, str | None]:
    if isinstance(custom_scopes, str):
        raise TypeError("custom_scopes must be a list of scopes, not a str")
    scopes = " ".join(custom_scopes) or None
    return {"custom_scopes": scopes, **{f"provider_{name}": value for name, value in (provider_params or {}).items()}}
