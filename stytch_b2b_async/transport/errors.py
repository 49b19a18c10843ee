"""Convert aiohttp's exceptions to this package's own."""

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from stytch_b2b_async.errors import APIConnectionError, APITimeoutError, ClientClosedError

AIOHTTP_ERRORS = (aiohttp.ClientError, HttpProcessingError, OSError, RuntimeError, ValueError)
"""Exceptions that aiohttp may raise for a request, apart from bugs and cancellation."""


class ConnectionLostError(aiohttp.ClientError):
    """A connection broke; no error that aiohttp repeats for. Tells the name of the one it was, and the system's reason."""


class UnsolicitedDataError(aiohttp.ClientError):
    """Bytes came that cannot be the response: they were sent before the server had received the request."""


class SpokeFirstError(aiohttp.ClientError):
    """A server said something on a new connection before it was asked."""


def to_api_error(error: Exception, connect_timeout: float, *, maybe_applied: bool) -> APIConnectionError | ClientClosedError:
    """Make an error of what was raised. Raise it outside of the handler: aiohttp's exceptions carry the request's headers."""
    if isinstance(error, RuntimeError) and str(error) == "Session is closed":
        return ClientClosedError("the session was closed before this call")
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return APITimeoutError(f"no connection within {connect_timeout:g} s", maybe_applied=False)
    if isinstance(error, SpokeFirstError):
        return APIConnectionError("the server closed a new connection, or spoke on it, before any request", maybe_applied=False)
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return APIConnectionError(f"the proxy refused to connect: HTTP {error.status}", maybe_applied=False)
    if isinstance(
        error, aiohttp.ClientConnectorError | aiohttp.ServerFingerprintMismatch | aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError
    ):
        return APIConnectionError(f"{type(error).__name__}: {error}", maybe_applied=False)
    return APIConnectionError(_reason(error), maybe_applied=maybe_applied)


def without_tracebacks(error: BaseException) -> None:
    """Let an exception, and those that led to it, let go of their frames.

    aiohttp's connections and streams keep the exception that ended them, its frames keep the connection and the call, and each
    frame keeps its caller's: nothing of that would end before the next garbage collection.
    """
    pending: list[BaseException | None] = [error]
    while pending:
        each = pending.pop()
        if each is not None and each.__traceback__ is not None:
            each.__traceback__ = None
            pending += [each.__cause__, each.__context__]


def _reason(error: Exception) -> str:
    """Describe the failure without aiohttp's text, which quotes the server's data and so may contain the request's secrets."""
    match error:
        case UnsolicitedDataError():
            return "the server sent data before it had received the request"
        case ConnectionLostError():
            name, reason = error.args
            return f"{name}: {reason or 'the connection was lost'}"
        case aiohttp.ClientResponseError() | aiohttp.ClientPayloadError() | HttpProcessingError():
            return f"{type(error).__name__}: the response broke off, or is not HTTP"
        case aiohttp.ClientOSError() | OSError():
            return f"{type(error).__name__}: {error.strerror or 'the connection was lost'}"
        case aiohttp.ClientError():
            return f"{type(error).__name__}: the connection was lost"
        case _:
            return f"{type(error).__name__}: {error}"
