"""HTTP requests and responses as plain values."""

import math
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Annotated

from stytch_b2b_async.schema import SENSITIVE, Model, value_class


@value_class
class Call(Model):
    """An HTTP request."""

    method: str
    url: str
    headers: Annotated[Mapping[str, str], SENSITIVE]
    body: Annotated[bytes | None, SENSITIVE]


@value_class
class Reply(Model):
    """An HTTP response with its body. Header names are in lower case, unless the mapping is case-insensitive."""

    status: int
    headers: Annotated[Mapping[str, str], SENSITIVE]
    body: Annotated[bytes, SENSITIVE]
    whole: bool = True
    """False if the body was too large and only its start was read."""


def retry_after(value: str | None, now: float | None = None) -> float | None:
    """Parse a Retry-After header, in seconds or as a date. Return seconds from now, or None if it is invalid."""
    if value is None:
        return None
    value = value.strip()
    if value.isdecimal() and value.isascii():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # HTTP dates are always UTC
        seconds = moment.timestamp() - (time.time() if now is None else now)
    except (ValueError, OverflowError, TypeError):
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
