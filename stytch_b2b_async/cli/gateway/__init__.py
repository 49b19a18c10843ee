"""`stytch-b2b gateway`: a server that adds the project's credentials."""

from .commands import gateway

__all__ = ["gateway"]
