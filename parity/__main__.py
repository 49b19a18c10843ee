"""Compare this SDK with the vendor's; the exit status is not 0 if there are unexplained differences or stale reasons."""

import asyncio
import sys
import warnings
from importlib.metadata import version

from .comparison import compare
from .known import FILE, Reasons

warnings.simplefilter("ignore", DeprecationWarning)  # the vendor's own

reasons = Reasons.load(FILE.read_text(encoding="utf-8"))
findings = asyncio.run(compare(reasons.local))
sys.stdout.write(f"stytch {version('stytch')}, stytch-b2b-async {version('stytch-b2b-async')}\n\n")
sys.exit(0 if findings.tell(reasons) else 1)
