"""Connected apps: OAuth clients that act on behalf of members."""

from stytch_b2b_async.schema import Model, Secret, frozen

from .enums import ConnectedAppClientType


@frozen
class ConnectedAppPublic(Model):
    """The public properties of an app, shown to members before they authorize it."""

    client_id: str
    client_name: str
    client_description: str
    client_type: ConnectedAppClientType
    logo_url: str | None = None


@frozen
class ConnectedAppDetails(ConnectedAppPublic):
    """Properties of an app. Its secrets are returned once, when they are created."""

    status: str
    full_access_allowed: bool
    """Whether a token of the app can be exchanged for a session of the member."""
    redirect_urls: list[str]
    access_token_expiry_minutes: int
    access_token_template_content: str
    """Custom claims of access tokens, as the text of a JSON object."""
    post_logout_redirect_urls: list[str]
    bypass_consent_for_offline_access: bool
    """Whether the app gets the scope `offline_access` without asking the member."""
    id_token_template_content: str
    """Custom claims of id tokens, as the text of a JSON object."""
    next_client_secret_last_four: str | None = None
    """Last four characters of the next secret during a rotation; None otherwise."""
    access_token_custom_audience: str | None = None
    client_id_metadata_url: str | None = None


@frozen
class ConnectedApp(ConnectedAppDetails):
    """An OAuth client that acts on behalf of members."""

    creation_method: str
    """How the app was registered: manually, or dynamically by itself."""
    client_secret_last_four: str | None = None
    """None for a public app, which has no secret."""


@frozen
class ConnectedAppWithClientSecret(ConnectedAppDetails):
    """A new app."""

    client_secret_last_four: str | None = None
    client_secret: Secret | None = None
    """Returned only in this response; None for a public app, which has no secret."""


@frozen
class ConnectedAppWithNextClientSecret(ConnectedAppDetails):
    """An app whose secret is being rotated."""

    client_secret_last_four: str
    next_client_secret: Secret
    """Returned only in this response. Valid along with the old one until the rotation ends."""
