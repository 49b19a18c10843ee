"""Every endpoint of the API, and every response class."""

from typing import Any

from stytch_b2b_async import Request
from stytch_b2b_async.catalog import endpoints

ENDPOINTS: dict[str, type[Request[Any]]] = {operation: info.request for operation, info in endpoints().items()}
"""The request classes that have a route, by the path from a client."""

RESPONSES = sorted({info.response for info in endpoints().values()}, key=lambda cls: f"{cls.__module__}.{cls.__name__}")
