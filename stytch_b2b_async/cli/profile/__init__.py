"""`stytch-b2b profile`: several projects by name."""

from .commands import profile

__all__ = ["profile"]
