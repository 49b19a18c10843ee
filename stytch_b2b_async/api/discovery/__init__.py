"""Finding, joining and creating organizations after proving an address."""

from typing import TYPE_CHECKING

from stytch_b2b_async.endpoint import Mode, Namespace, cached_property

if TYPE_CHECKING:
    from .intermediate_sessions import DiscoveryIntermediateSessions
    from .organizations import DiscoveryOrganizations


class Discovery(Namespace[Mode]):
    """Finding, joining and creating organizations after proving an address."""

    @cached_property
    def intermediate_sessions(self) -> "DiscoveryIntermediateSessions[Mode]":
        """Sessions of people who have not chosen an organization yet."""
        from .intermediate_sessions import DiscoveryIntermediateSessions

        return DiscoveryIntermediateSessions(self._send)

    @cached_property
    def organizations(self) -> "DiscoveryOrganizations[Mode]":
        """The organizations that a person can log in to, and new ones."""
        from .organizations import DiscoveryOrganizations

        return DiscoveryOrganizations(self._send)
