"""Dependencies that only an extra installs."""

from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def extra_needed(what: str, extra: str) -> Generator[None]:
    """Import modules that `what` needs. A missing one is an error that names the extra."""
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"{what} needs {error.name}: pip install 'stytch-b2b-async[{extra}]'"
        raise ModuleNotFoundError(message, name=error.name) from error
