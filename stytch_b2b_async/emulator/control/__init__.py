"""The emulator's control routes below `/_emulator/`, for tests and people: they need no credentials."""

from typing import Final

CONTROL_PREFIX: Final = "/_emulator/"
