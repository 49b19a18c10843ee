"""Discovery: find, join and create organizations after authenticating an email address."""

from typing import TYPE_CHECKING

from stytch_b2b_async.endpoint import Mode, Namespace, cached_property

if TYPE_CHECKING:
    from .intermediate_sessions import DiscoveryIntermediateSessions
    from .organizations import DiscoveryOrganizations


class Discovery(Namespace[Mode]):
    """Discovery: find, join and create organizations after authenticating an email address."""

    @cached_property
    def intermediate_sessions(self) -> "DiscoveryIntermediateSessions[Mode]":
        """Intermediate sessions of users who have not chosen an organization yet."""
        from .intermediate_sessions import DiscoveryIntermediateSessions

        return DiscoveryIntermediateSessions(self._send)

    @cached_property
    def organizations(self) -> "DiscoveryOrganizations[Mode]":
        """List the organizations that a user can log in to, or create one."""
        from .organizations import DiscoveryOrganizations

        return DiscoveryOrganizations(self._send)
