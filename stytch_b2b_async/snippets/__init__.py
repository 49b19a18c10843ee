"""A request as code: Python awaited or blocking, commands of `stytch-b2b` and curl, and the HTTP request itself.

Secrets are shown as `***`, unless `show_secrets=True`.
"""

from .command_line import command_line
from .curl import curl
from .http import http
from .python import python

__all__ = ["command_line", "curl", "http", "python"]
