"""`stytch-b2b token`: JWTs taken apart and checked on this machine."""

from .commands import token

__all__ = ["token"]
