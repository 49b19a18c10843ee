"""Connected apps: clients that act on behalf of members, by OAuth."""

from typing import TYPE_CHECKING

from stytch_b2b_async.endpoint import Mode, Namespace, cached_property

if TYPE_CHECKING:
    from .clients import ConnectedAppClients


class ConnectedApp(Namespace[Mode]):
    """Connected apps: clients that act on behalf of members, by OAuth."""

    @cached_property
    def clients(self) -> "ConnectedAppClients[Mode]":
        """The apps that are registered with the project."""
        from .clients import ConnectedAppClients

        return ConnectedAppClients(self._send)
