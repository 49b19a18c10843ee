"""What the gateway refuses: an error in the shape of the API's own."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Self

import msgspec

from .answer import Answer


class RefusalError(Exception):
    """A request that is not answered by the API."""

    def __init__(
        self,
        status: int,
        error_type: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
        closes: bool = False,
    ) -> None:
        super().__init__(message)
        self.status: int = int(status)
        self.error_type = error_type
        self.message = message
        self.headers: Mapping[str, str] = headers or {}
        self.details = details
        self.closes = closes
        """Whether the connection is closed, as the rest of the request is not read."""
        self.request_id: str = f"request-id-gateway-{uuid.uuid4()}"

    @classmethod
    def bad_request(cls, message: str, *, closes: bool = False) -> Self:
        """Create the refusal of a malformed request."""
        return cls(HTTPStatus.BAD_REQUEST, "bad_request", message, closes=closes)

    @property
    def maybe_applied(self) -> bool:
        """Whether the API may have acted on the request nevertheless."""
        return bool((self.details or {}).get("maybe_applied"))

    def answer(self) -> Answer:
        """Create the response."""
        body = {
            "status_code": self.status,
            "request_id": self.request_id,
            "error_type": self.error_type,
            "error_message": self.message,
            "error_url": None,
            **({"error_details": self.details} if self.details else {}),
        }
        headers = {"X-Request-Id": self.request_id, **self.headers}
        return Answer(self.status, msgspec.json.encode(body), headers, self.closes)


def too_many(message: str, seconds: float) -> RefusalError:
    """Create the refusal of a request that came too soon."""
    headers = {"Retry-After": str(max(1, round(seconds + 0.5)))}
    return RefusalError(HTTPStatus.TOO_MANY_REQUESTS, "gateway_rate_limited", message, headers=headers)
