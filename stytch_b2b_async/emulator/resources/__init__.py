"""What the endpoints do: one module a resource, laid out as the API's own tree. Importing it registers every handler."""

from . import organizations, passwords, sessions

__all__ = ["organizations", "passwords", "sessions"]
