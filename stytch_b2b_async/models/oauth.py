"""Tokens of OAuth providers."""

from datetime import datetime

from stytch_b2b_async.schema import Model, Secret, frozen


@frozen
class ProviderValues(Model):
    """Tokens from a login at an OAuth provider; which ones are set depends on the provider."""

    scopes: list[str]
    access_token: Secret | None = None
    refresh_token: Secret | None = None
    expires_at: datetime | None = None
    """When the access token expires."""
    id_token: Secret | None = None
    """A JWT about the user, from OpenID Connect providers."""
