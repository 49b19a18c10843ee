"""The exit statuses of the command line."""

from typing import Final

DONE: Final = 0
REFUSED: Final = 1
"""The API refused the call, or a check failed."""
USAGE: Final = 2
"""Invalid arguments or settings; nothing was sent."""
NO_ANSWER: Final = 3
"""No usable response: the connection failed, timed out, or returned something else."""
INTERRUPTED: Final = 130
