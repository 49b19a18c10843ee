"""One-time codes by text message and by email."""

from typing import TYPE_CHECKING

from stytch_b2b_async.endpoint import Mode, Namespace, cached_property

if TYPE_CHECKING:
    from .email import OTPsEmail
    from .sms import OTPsSms


class OTPs(Namespace[Mode]):
    """One-time codes by text message and by email."""

    @cached_property
    def sms(self) -> "OTPsSms[Mode]":
        """One-time codes by text message, as a second factor."""
        from .sms import OTPsSms

        return OTPsSms(self._send)

    @cached_property
    def email(self) -> "OTPsEmail[Mode]":
        """One-time codes by email, as a primary factor."""
        from .email import OTPsEmail

        return OTPsEmail(self._send)
