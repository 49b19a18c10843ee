"""Webhooks: verify that an event came from Stytch, and read it."""

from .events import WebhookEvent
from .verification import (
    WebhookError,
    WebhookHeaderError,
    WebhookPayloadError,
    Webhooks,
    WebhookSignatureError,
    WebhookTimestampError,
)

__all__ = [
    "WebhookError",
    "WebhookEvent",
    "WebhookHeaderError",
    "WebhookPayloadError",
    "WebhookSignatureError",
    "WebhookTimestampError",
    "Webhooks",
]
