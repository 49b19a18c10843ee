"""One-time codes, by text message and by email."""

from functools import cached_property
from typing import TYPE_CHECKING

from stytch_b2b_async.endpoint import M, Namespace

if TYPE_CHECKING:
    from .email import OTPsEmail
    from .sms import OTPsSms


class OTPs(Namespace[M]):
    """One-time codes, by text message and by email."""

    @cached_property
    def sms(self) -> "OTPsSms[M]":
        """Codes by text message: a second factor."""
        from .sms import OTPsSms

        return OTPsSms(self._send)

    @cached_property
    def email(self) -> "OTPsEmail[M]":
        """Codes by email: a first factor."""
        from .email import OTPsEmail

        return OTPsEmail(self._send)
