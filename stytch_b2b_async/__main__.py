"""The command line: `python -m stytch_b2b_async`."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
