"""Requests to HTTP calls, HTTP replies to responses: pure, without I/O."""

from .decode import LARGE_BODY, decode
from .encode import encode
from .http import Call, Reply, retry_after

__all__ = [
    "Call",
    "LARGE_BODY",
    "Reply",
    "decode",
    "encode",
    "retry_after",
]
