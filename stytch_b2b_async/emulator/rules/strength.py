"""How strong a password is, and whether it may be used."""

import importlib
import re
from typing import Any, Final

import attrs

from stytch_b2b_async.emulator.faults import Fault
from stytch_b2b_async.emulator.settings import ProjectSettings
from stytch_b2b_async.models.passwords import LudsFeedback, ZxcvbnFeedback

_VALID_SCORE: Final = 3
_LONGEST_JUDGED: Final = 72  # zxcvbn's time grows fast with the length
_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")


@attrs.frozen
class Strength:
    """What a policy says of a password."""

    valid: bool
    score: int
    luds: LudsFeedback | None = None
    zxcvbn: ZxcvbnFeedback | None = None


def strength_of(password: str, settings: ProjectSettings, email: str | None = None) -> Strength:
    """Judge a password by the project's policy; parts of the email address make it weaker."""
    if settings.strength_policy == "luds":
        return _luds(password, settings)
    return _zxcvbn(password, email)


def is_breached(password: str, settings: ProjectSettings) -> bool:
    """Tell whether a password is on the list of leaked ones."""
    return password in settings.breached_passwords


def check_new_password(password: str, settings: ProjectSettings, email: str) -> None:
    """Refuse a password that is weak or leaked."""
    if not strength_of(password, settings, email).valid:
        raise Fault("weak_password", "The password does not meet the project's strength policy.")
    if settings.breach_detection_on_create and is_breached(password, settings):
        raise Fault("breached_password", "The password is on a list of leaked passwords.")


def _zxcvbn(password: str, email: str | None) -> Strength:
    if not password:
        return Strength(valid=False, score=0, zxcvbn=ZxcvbnFeedback(warning="", suggestions=[]))
    zxcvbn: Any = importlib.import_module("zxcvbn")  # untyped
    inputs = [email, *re.split(r"[@.+]", email)] if email else []
    found = zxcvbn.zxcvbn(password[:_LONGEST_JUDGED], user_inputs=[part for part in inputs if part])
    feedback = ZxcvbnFeedback(warning=found["feedback"]["warning"], suggestions=list(found["feedback"]["suggestions"]))
    score = int(found["score"])
    return Strength(valid=score >= _VALID_SCORE, score=score, zxcvbn=feedback)


def _luds(password: str, settings: ProjectSettings) -> Strength:
    lower, upper, digit, symbol = (re.search(kind, password) is not None for kind in _CLASSES)
    feedback = LudsFeedback(
        has_lower_case=lower,
        has_upper_case=upper,
        has_digit=digit,
        has_symbol=symbol,
        missing_complexity=max(0, settings.luds_min_complexity - sum((lower, upper, digit, symbol))),
        missing_characters=max(0, settings.luds_min_length - len(password)),
    )
    # What the score is under this policy is not documented.
    return Strength(valid=not (feedback.missing_complexity or feedback.missing_characters), score=0, luds=feedback)
