"""Errors of a call as one sentence, with the exit status that they stand for."""

from collections.abc import Generator
from contextlib import contextmanager

from stytch_b2b_async.errors import APIConnectionError, APIError, APIStatusError, DecodeError, StytchError

from . import exit_status
from .failure import Failure


@contextmanager
def reporting() -> Generator[None]:
    """Turn the errors of calls into failures."""
    try:
        yield
    except StytchError as error:
        raise Failure(_sentence(error), status_of(error)) from None


def status_of(error: StytchError) -> int:
    """Return the exit status of an error."""
    return exit_status.NO_ANSWER if isinstance(error, APIConnectionError | DecodeError) else exit_status.REFUSED


def _sentence(error: StytchError) -> str:
    notes = [note for note in getattr(error, "__notes__", []) if isinstance(error, APIError)]
    page = [f"See {error.error_url}"] if isinstance(error, APIStatusError) and error.error_url else []
    return "\n".join([str(error), *notes, *page])
