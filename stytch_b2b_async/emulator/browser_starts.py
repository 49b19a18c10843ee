"""The addresses at which browsers start to log in, and their names in faults, rate limits and the log of calls."""

from collections.abc import Mapping
from typing import Final

BROWSER_STARTS: Final[Mapping[str, str]] = {
    "/v1/public/sso/start": "sso.start",
    "/v1/b2b/sso/callback/{connection_id}": "sso.callback",
    "/v1/b2b/public/oauth/{provider}/start": "oauth.start",
    "/v1/b2b/public/oauth/{provider}/discovery/start": "oauth.discovery.start",
}
"""Names by path. No endpoint of the API has one of these names."""
