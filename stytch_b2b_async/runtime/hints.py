"""Notes on errors about their likely cause, which tracebacks show."""

from typing import Any
from urllib.parse import urlsplit

from stytch_b2b_async.config import Config, is_loopback
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.errors import APIConnectionError, APIError, APITimeoutError, AuthenticationError
from stytch_b2b_async.schema import secrets_of


def add_hint(error: APIError, request: Request[Any], config: Config) -> None:
    """Add a note to an error that has a likely cause. Notes survive pickling, and contain nothing that a server sent."""
    match error:
        case APITimeoutError():
            hint = None
        case APIConnectionError():
            hint = _connection_hint(error, config.host(request.host))
        case AuthenticationError(error_type="unauthorized_credentials"):
            hint = _credentials_hint(request, config)
        case _:
            hint = None
    if hint is not None:
        error.add_note(hint)


def _connection_hint(error: APIConnectionError, url: str) -> str | None:
    if "WRONG_VERSION_NUMBER" in error.message:
        return "That port does not speak TLS: is it an http:// address?"
    if error.maybe_applied or "proxy" in error.message or not is_loopback(url):
        return None
    port = urlsplit(url).port
    return f"Is the emulator running? python -m stytch_b2b_async.emulator{f' --port {port}' if port else ''}"


def _credentials_hint(request: Request[Any], config: Config) -> str:
    if config.secret is None:
        return "This client has no credentials: base_url must lead to a gateway that adds them."
    if not any(secrets_of(request)):
        return "The API did not accept project_id and secret: are both of the same project, and is the secret still active?"
    return (
        "Either the password, token or code of this call is wrong, or the client's own project_id and secret are;"
        " client.debug.whoami() fails only if the client's are."
    )
