"""Groups of endpoints that share a rate limit, and the limits that Stytch documents."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from stytch_b2b_async.endpoint import Request

from .rate import Rate

RATE_LIMITS: Final[Mapping[str, Rate]] = MappingProxyType(
    {
        "organizations.search": Rate(100, 60),
        "organizations.members.search": Rate(100, 60),
        "passwords.migrate": Rate(100, 1),
    }
)
"""By group; Stytch has more limits than these, such as one mail per second and address."""

_SHARED: Final = {
    "magic_links.email.login_or_signup": "magic_links.email",
    "magic_links.email.invite": "magic_links.email",
    "magic_links.email.discovery.send": "magic_links.email",
}


def endpoint_group(request: Request[Any] | type[Request[Any]]) -> str:
    """Return the group of endpoints whose calls are counted together: most endpoints are a group of their own."""
    return _SHARED.get(request.operation, request.operation)
