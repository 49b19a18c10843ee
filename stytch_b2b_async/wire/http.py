"""HTTP requests and responses as plain values."""

import math
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Annotated

from stytch_b2b_async.schema import Hidden, Model, value_class


@value_class
class Call(Model):
    """An HTTP request, ready to go."""

    method: str
    url: str
    headers: Annotated[Mapping[str, str], Hidden.SECRET]
    body: Annotated[bytes | None, Hidden.SECRET]


@value_class
class Reply(Model):
    """An HTTP reply, read to its end. Its headers are looked up in lower case."""

    status: int
    headers: Annotated[Mapping[str, str], Hidden.SECRET]
    body: Annotated[bytes, Hidden.SECRET]
    whole: bool = True
    """False when the body was too large, and was left after its first bytes."""


def retry_after(value: str | None, now: float | None = None) -> float | None:
    """Read a Retry-After header, in seconds or as a date: seconds from now, or None when it has no sense."""
    if value is None:
        return None
    value = value.strip()
    if value.isdecimal() and value.isascii():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # HTTP's dates are, whether they say so or not
        seconds = moment.timestamp() - (time.time() if now is None else now)
    except (ValueError, OverflowError, TypeError):
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
