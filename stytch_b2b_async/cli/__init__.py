"""The command line `stytch-b2b`, also `python -m stytch_b2b_async`. It needs the extra `cli`."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    try:
        import click
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        print("stytch-b2b needs click and rich: pip install 'stytch-b2b-async[cli]'", file=sys.stderr)  # noqa: T201  # its output
        return 2
    del click
    from .run import run

    return run(sys.argv[1:] if arguments is None else list(arguments))
