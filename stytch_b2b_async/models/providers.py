"""What an identity provider gave for a member: the accounts there, and the tokens that open them."""

from stytch_b2b_async.schema import Model, Secret, frozen


@frozen
class ProviderInfo(Model):
    """An account of the member at a provider."""

    provider_subject: str
    """The account's id there."""
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
    """Opens Slack for the app's bot, where `access_token` opens it for the member."""
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
    """The ids of the GitHub organizations that it belongs to."""
