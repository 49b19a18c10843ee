"""What a check found."""

from enum import Enum

import attrs


class Level(Enum):
    """How bad it is."""

    PASS = "pass"  # noqa: S105  # not a password
    WARN = "warn"
    FAIL = "fail"


@attrs.frozen
class Finding:
    """A line of the report."""

    level: Level
    topic: str
    text: str
    advice: str | None = None


def passed(topic: str, text: str) -> Finding:
    """Report that all is well."""
    return Finding(Level.PASS, topic, text)


def warned(topic: str, text: str, advice: str | None = None) -> Finding:
    """Report what works, and deserves a look."""
    return Finding(Level.WARN, topic, text, advice)


def failed(topic: str, text: str, advice: str | None = None) -> Finding:
    """Report what does not work."""
    return Finding(Level.FAIL, topic, text, advice)
