"""A request as HTTP, for people to read."""

from typing import Any
from urllib.parse import urlsplit

from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.wire import encode

from .arguments import shown


def http(request: Request[Any], config: Config, *, show_secrets: bool = False) -> str:
    """Write the HTTP request, with `***` instead of the project's secret."""
    call = encode(shown(request, show_secrets=show_secrets), config)
    url = urlsplit(call.url)
    target = url.path + (f"?{url.query}" if url.query else "")
    headers = {"Host": url.netloc, **call.headers}
    if "Authorization" in headers:
        headers["Authorization"] = "Basic ***"
    lines = [f"{call.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), ""]
    return "\n".join([*lines, (call.body or b"").decode()])
