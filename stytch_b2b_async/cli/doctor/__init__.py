"""`stytch-b2b doctor`: check credentials, connection and installation."""

from .command import doctor

__all__ = ["doctor"]
