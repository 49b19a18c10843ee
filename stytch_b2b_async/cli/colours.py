"""Colours that can be read on a dark and on a light background."""

import os
from typing import Final

GOOD: Final = "green"
WARNING: Final = "magenta"  # yellow is hardly visible on white
BAD: Final = "bright_red"  # the darker red is hardly visible on black


def are_wanted() -> bool:
    """Return whether terminals may be sent colours, and other attributes of text."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
