"""The package's log."""

import logging
from typing import Final

logger: Final = logging.getLogger("stytch_b2b_async")
