"""Machine-to-machine clients."""

from typing import Any, TypeAlias

from stytch_b2b_async.schema import Model, Secret, frozen

from .enums import M2MClientStatus
from .search import SearchQuery

M2MSearchQuery: TypeAlias = SearchQuery


@frozen
class M2MClient(Model):
    """A client that gets access tokens with a secret. The secret is returned once, when it is created.

    See https://stytch.com/docs/b2b/api/m2m-client.
    """

    client_id: str
    client_name: str
    client_description: str
    status: M2MClientStatus
    scopes: list[str]
    """Scopes that its tokens may have."""
    client_secret_last_four: str
    trusted_metadata: dict[str, Any] | None = None
    next_client_secret_last_four: str | None = None
    """Last four characters of the next secret during a rotation; None otherwise."""


@frozen
class M2MClientWithClientSecret(M2MClient):
    """A new client."""

    client_secret: Secret
    """Returned only in this response."""


@frozen
class M2MClientWithNextClientSecret(M2MClient):
    """A client whose secret is being rotated."""

    next_client_secret: Secret
    """Returned only in this response. Valid along with the old one until the rotation ends."""
