"""A member's accounts at identity providers, and their tokens."""

from stytch_b2b_async.schema import Model, Secret, frozen


@frozen
class ProviderInfo(Model):
    """An account of the member at a provider."""

    provider_subject: str
    """The account's id at the provider."""
    access_token: Secret
    scopes: list[str]


@frozen
class OIDCProviderInfo(ProviderInfo):
    """An account behind an OIDC connection."""

    id_token: Secret
    access_token_expires_in: int
    """In seconds."""
    connection_id: str
    refresh_token: Secret | None = None


@frozen
class SlackProviderInfo(ProviderInfo):
    """An account in a Slack workspace."""

    provider_tenant_id: str
    """The workspace's id."""
    bot_access_token: Secret
    """Access token of the app's bot; `access_token` is the member's."""
    bot_scopes: list[str]


@frozen
class HubspotProviderInfo(ProviderInfo):
    """An account in a HubSpot hub."""

    provider_tenant_id: str
    """The hub's id."""
    access_token_expires_in: int
    """In seconds."""
    refresh_token: Secret | None = None


@frozen
class GithubProviderInfo(ProviderInfo):
    """An account at GitHub."""

    provider_tenant_ids: list[str]
    """Ids of the account's GitHub organizations."""
