"""Connected apps: OAuth clients that act on behalf of members."""

from typing import TYPE_CHECKING

from stytch_b2b_async.endpoint import Mode, Namespace, cached_property

if TYPE_CHECKING:
    from .clients import ConnectedAppClients


class ConnectedApp(Namespace[Mode]):
    """Connected apps: OAuth clients that act on behalf of members."""

    @cached_property
    def clients(self) -> "ConnectedAppClients[Mode]":
        """The apps that are registered with the project."""
        from .clients import ConnectedAppClients

        return ConnectedAppClients(self._send)
