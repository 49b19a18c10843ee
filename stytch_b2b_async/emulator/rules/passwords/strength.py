"""Password strength and breach detection."""

import importlib
import re
from typing import Any, Final

import attrs

from stytch_b2b_async.emulator.computation import Work
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.settings import ProjectSettings
from stytch_b2b_async.models.passwords import LudsFeedback, ZxcvbnFeedback

_VALID_SCORE: Final = 3
_MAX_JUDGED: Final = 72  # zxcvbn's time grows fast with the length
_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")


@attrs.frozen
class Strength:
    """The result of a password policy."""

    valid: bool
    score: int
    luds: LudsFeedback | None = None
    zxcvbn: ZxcvbnFeedback | None = None


@attrs.frozen
class EstimateStrength(Work[Strength]):
    """Estimate a password's strength with zxcvbn, which takes some milliseconds."""

    password: str = attrs.field(repr=False)
    email: str | None

    def run(self) -> Strength:
        """Compute the estimate."""
        return _zxcvbn(self.password, self.email)


def strength_of(project: Project, password: str, email: str | None = None) -> Strength:
    """Evaluate a password by the project's policy; parts of the email address make it weaker."""
    if project.settings.strength_policy == "luds":
        return _luds(password, project.settings)
    return project.computations.result(EstimateStrength(password[:_MAX_JUDGED], email))


def is_breached(password: str, settings: ProjectSettings) -> bool:
    """Return whether a password is breached."""
    return password in settings.breached_passwords


def check_new_password(project: Project, password: str, email: str) -> None:
    """Reject a weak or breached password."""
    if not strength_of(project, password, email).valid:
        raise EmulatedError("weak_password", "The password does not meet the project's strength policy.")
    if project.settings.breach_detection_on_create and is_breached(password, project.settings):
        raise EmulatedError("breached_password", "The password is on a list of leaked passwords.")


def _zxcvbn(password: str, email: str | None) -> Strength:
    if not password:
        return Strength(valid=False, score=0, zxcvbn=ZxcvbnFeedback(warning="", suggestions=[]))
    zxcvbn: Any = importlib.import_module("zxcvbn")  # untyped
    inputs = [email, *re.split(r"[@.+]", email)] if email else []
    found = zxcvbn.zxcvbn(password, user_inputs=[part for part in inputs if part])
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
    # The score under this policy is undocumented.
    return Strength(valid=not (feedback.missing_complexity or feedback.missing_characters), score=0, luds=feedback)
