"""The emulator's control routes below `/_emulator/`: outbox, health, reset and clock."""

from .routes import CONTROL_PREFIX, ControlRoutes

__all__ = ["CONTROL_PREFIX", "ControlRoutes"]
