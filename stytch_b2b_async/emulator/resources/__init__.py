"""The handlers of endpoints, one module per resource. Importing this package registers them."""

from . import organizations, passwords, sessions

__all__ = ["organizations", "passwords", "sessions"]
