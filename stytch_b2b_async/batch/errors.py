"""Errors of batches."""

from stytch_b2b_async.errors import StytchError


class JournalError(StytchError):
    """A journal cannot be used: it belongs to other requests, to another run that goes on, or is not a journal."""


class RateStoreError(StytchError):
    """The Redis that several processes share cannot be used. Its password is never in the message."""
