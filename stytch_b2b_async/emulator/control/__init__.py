"""What the emulator adds to the API under `/_emulator/`: mail, health, reset and time."""

from .routes import CONTROL_PREFIX, ControlRoutes

__all__ = ["CONTROL_PREFIX", "ControlRoutes"]
