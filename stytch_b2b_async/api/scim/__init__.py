"""SCIM: members provisioned by an identity provider."""

from typing import TYPE_CHECKING

from stytch_b2b_async.endpoint import Mode, Namespace, cached_property

if TYPE_CHECKING:
    from .connection import SCIMConnection


class SCIM(Namespace[Mode]):
    """SCIM: members provisioned by an identity provider."""

    @cached_property
    def connection(self) -> "SCIMConnection[Mode]":
        """The SCIM connection of an organization, and its token."""
        from .connection import SCIMConnection

        return SCIMConnection(self._send)
