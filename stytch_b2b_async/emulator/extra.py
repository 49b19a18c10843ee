"""What is installed by the extra `emulator`."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def extra_needed(what: str) -> Iterator[None]:
    """Import modules that `what` needs. A missing one is an error that names the extra."""
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"{what} needs {error.name}: pip install 'stytch-b2b-async[emulator]'"
        raise ModuleNotFoundError(message, name=error.name) from error
