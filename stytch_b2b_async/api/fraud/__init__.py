"""Fraud prevention: device fingerprints, rules, and the risk of email addresses; on its own host."""

from typing import TYPE_CHECKING

from stytch_b2b_async.endpoint import Mode, Namespace, cached_property

if TYPE_CHECKING:
    from .email import FraudEmail
    from .fingerprint import FraudFingerprint
    from .rules import FraudRules
    from .verdict_reasons import FraudVerdictReasons


class Fraud(Namespace[Mode]):
    """Fraud prevention: device fingerprints, rules, and the risk of email addresses; on its own host."""

    @cached_property
    def fingerprint(self) -> "FraudFingerprint[Mode]":
        """Device fingerprints of visitors."""
        from .fingerprint import FraudFingerprint

        return FraudFingerprint(self._send)

    @cached_property
    def rules(self) -> "FraudRules[Mode]":
        """Rules that determine verdicts in advance, for single visitors or whole networks."""
        from .rules import FraudRules

        return FraudRules(self._send)

    @cached_property
    def verdict_reasons(self) -> "FraudVerdictReasons[Mode]":
        """Verdict reasons, and the action that each leads to."""
        from .verdict_reasons import FraudVerdictReasons

        return FraudVerdictReasons(self._send)

    @cached_property
    def email(self) -> "FraudEmail[Mode]":
        """The risk of email addresses."""
        from .email import FraudEmail

        return FraudEmail(self._send)
