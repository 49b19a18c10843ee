"""A request as code: Python awaited or blocking, a curl command, and the HTTP request itself.

Secrets are shown as `***`, unless `show_secrets=True`.
"""

from .curl import curl
from .http import http
from .python import python

__all__ = ["curl", "http", "python"]
