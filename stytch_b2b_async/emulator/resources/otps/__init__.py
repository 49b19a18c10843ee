"""One-time codes by text message and by email."""

from . import discovery, email, sms

__all__ = ["discovery", "email", "sms"]
