"""Machine-to-machine clients and their tokens."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from stytch_b2b_async._tracebacks import clean_traceback
from stytch_b2b_async.endpoint import Endpoint, Mode, Namespace, cached_property

from ._local import AuthenticateToken
from ._token import GetToken as GetToken
from ._token import GetTokenResponse as GetTokenResponse
from ._token_source import TokenSource

if TYPE_CHECKING:
    from .clients import M2MClients


class M2M(Namespace[Mode]):
    """Machine-to-machine clients and their tokens."""

    token: Final = Endpoint(GetToken)
    authenticate_token: Final = Endpoint(AuthenticateToken)

    @clean_traceback
    def token_source(self, *, client_id: str, client_secret: str, scopes: Sequence[str] | None = None) -> TokenSource[Mode]:
        """Return a source of access tokens of a machine-to-machine client: fetched on first use, refreshed before they expire."""
        return TokenSource(self._send, GetToken(client_id=client_id, client_secret=client_secret, scopes=scopes))

    @cached_property
    def clients(self) -> "M2MClients[Mode]":
        """The machine-to-machine clients of the project."""
        from .clients import M2MClients

        return M2MClients(self._send)
