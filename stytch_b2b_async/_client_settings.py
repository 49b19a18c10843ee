"""What both clients make of their arguments."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import aiohttp

from stytch_b2b_async.concurrency.lazy_imports import load
from stytch_b2b_async.runtime.local import SendRequest
from stytch_b2b_async.runtime.sender import MakeVerifier

from .config import Config, unknown_option
from .transport import BorrowedSession, SessionPool, Transport

if TYPE_CHECKING:
    from stytch_b2b_async.verify.options import Verification
    from stytch_b2b_async.verify.verifier import Verifier


def unknown_argument(client_class: type, name: str) -> TypeError:
    """Create the error of an argument that a client does not take."""
    from inspect import Parameter, signature  # needed by errors alone

    if name == "session":
        return TypeError("a BlockingClient has its own event loop and cannot borrow a session: pass a transport, or use Client")
    parameters = signature(client_class).parameters.values()
    return unknown_option(name, [each.name for each in parameters if each.kind is not Parameter.VAR_KEYWORD])


def transport_of(session: aiohttp.ClientSession | None, transport: Transport | None) -> Transport:
    """Return what a client sends through. Raises TypeError or ValueError."""
    if session is None:
        if transport is not None and not callable(getattr(transport, "send", None)):
            raise TypeError(f"transport must be a Transport, which has the method send, not {type(transport).__name__}")
        return SessionPool() if transport is None else transport
    if transport is not None:
        raise ValueError("pass either session or transport, not both")
    if not isinstance(cast("object", session), aiohttp.ClientSession):
        raise TypeError(f"session must be an aiohttp.ClientSession, not {type(session).__name__}")
    return BorrowedSession(session)


def verifier_maker(verification: "Verification | None") -> MakeVerifier:
    """Return what creates the verifier when a token is first checked. Raises TypeError."""
    if verification is not None:
        from stytch_b2b_async.verify.options import Verification  # which whoever has such an object has imported

        if not isinstance(cast("object", verification), Verification):
            raise TypeError(f"verification must be a Verification, not {type(verification).__name__}")
    return partial(_make_verifier, verification)


def _make_verifier(verification: "Verification | None", config: Config, send: SendRequest) -> "Verifier":
    return load(_import_make_verifier)(verification, config, send)


def _import_make_verifier() -> "Callable[[Verification | None, Config, SendRequest], Verifier]":
    from .api._verifier import make_verifier  # loaded when a token is first checked

    return make_verifier


def shown(client: Any) -> str:
    """Return the repr of a client, which may not have accepted its settings."""
    name, caller = type(client).__name__, client.__dict__.get("_sender")
    if caller is None:
        return f"<{name} that was refused its settings>"
    return f"{name}(project_id={caller.config.project_id!r}, base_url={caller.config.base_url!r})"
