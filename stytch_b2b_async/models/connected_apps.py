"""OAuth clients that act on behalf of members."""

from stytch_b2b_async.schema import Model, Secret, frozen

from .enums import ConnectedAppClientType


@frozen
class ConnectedAppPublic(Model):
    """What a member may see of an app before letting it in."""

    client_id: str
    client_name: str
    client_description: str
    client_type: ConnectedAppClientType
    logo_url: str | None = None


@frozen
class ConnectedAppDetails(ConnectedAppPublic):
    """What every description of an app says. The secrets themselves are shown once, when they are created."""

    status: str
    full_access_allowed: bool
    """Whether a token of the app can be exchanged for a session of the member."""
    redirect_urls: list[str]
    access_token_expiry_minutes: int
    access_token_template_content: str
    """A JSON object, as text: the custom claims of access tokens."""
    post_logout_redirect_urls: list[str]
    bypass_consent_for_offline_access: bool
    """Whether the app gets the scope `offline_access` without asking the member."""
    id_token_template_content: str
    """A JSON object, as text: the custom claims of id tokens."""
    next_client_secret_last_four: str | None = None
    """Of the next secret during a rotation; None otherwise."""
    access_token_custom_audience: str | None = None
    client_id_metadata_url: str | None = None


@frozen
class ConnectedApp(ConnectedAppDetails):
    """An OAuth client that acts on behalf of members."""

    creation_method: str
    """How the app was registered: by hand, or by itself."""
    client_secret_last_four: str | None = None
    """None for a public app, which has no secret."""


@frozen
class ConnectedAppWithClientSecret(ConnectedAppDetails):
    """A new app."""

    client_secret_last_four: str | None = None
    client_secret: Secret | None = None
    """Shown only in this response; None for a public app, which has no secret."""


@frozen
class ConnectedAppWithNextClientSecret(ConnectedAppDetails):
    """An app whose secret is being rotated."""

    client_secret_last_four: str
    next_client_secret: Secret
    """Shown only in this response. Valid along with the old one until the rotation ends."""
