"""Every private or undocumented name of aiohttp that this package relies on, each behind a probe.

aiohttp promises nothing about these names. A switch is True only if everything that it needs was found at import. One that is False
turns one thing off, towards safety: calls go through `ClientSession.request`, connections are used for one call only, and a request
counts as sent unless it is known not to have been.
"""

import asyncio
import inspect
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from types import FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import aiohttp
from aiohttp import connector as _connector
from aiohttp import http_writer as _http_writer

if TYPE_CHECKING:
    from aiohttp.client_proto import ResponseHandler as ResponseHandler  # noqa: PLC0414  # which says that it is handed on
else:
    try:
        from aiohttp.client_proto import ResponseHandler
    except ImportError:
        ResponseHandler = asyncio.Protocol  # never used for a connection: the probes below find none of their names in it


TESTED_RELEASES = ("3.14.",)


def _silent_session() -> type[aiohttp.ClientSession]:
    """Make a session class that does not warn when it is left open: the pool does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # about inheriting from it
        try:
            return type("Session", (aiohttp.ClientSession,), {"__del__": lambda _: None})  # pyright: ignore[reportUnknownLambdaType]  # any of them
        except TypeError:  # a release that forbids it
            return aiohttp.ClientSession


Session: type[aiohttp.ClientSession] = _silent_session()


def _takes(owner: object, name: str, *parameters: str) -> bool:
    """Return whether a class has or inherits a method with these parameters."""
    method = getattr(owner, name, None)
    if not callable(method):
        return False
    try:
        return inspect.signature(method).parameters.keys() >= set(parameters)
    except (TypeError, ValueError):
        return False


def _mentions(owner: object, name: str, *attributes: str) -> bool:
    """Return whether the code of a method uses these attributes."""
    code = getattr(getattr(owner, name, None), "__code__", None)
    return code is not None and set(code.co_names) >= set(attributes)


def _original(name: str) -> object:
    """Find a method of aiohttp's sessions; None if it has been replaced already."""
    method = vars(aiohttp.ClientSession).get(name)
    written = aiohttp.ClientSession.close.__code__.co_filename
    return method if isinstance(method, FunctionType) and method.__code__.co_filename == written else None


_serialize_headers: Any = getattr(_http_writer, "_serialize_headers", None)
write_head: Callable[[str, Mapping[str, str]], bytes] = cast("Callable[[str, Mapping[str, str]], bytes]", _serialize_headers)
"""Write a request's first line and its headers."""

GUARDS_CONNECTIONS = (
    isinstance(inspect.getattr_static(ResponseHandler, "should_close", None), property)
    and _takes(ResponseHandler, "data_received", "data")
    and _takes(ResponseHandler, "feed_data", "data", "size")
    and _takes(ResponseHandler, "set_exception", "exc")
    and _takes(ResponseHandler, "set_response_params", "skip_payload", "read_until_eof")
    and all(_takes(ResponseHandler, name) for name in ("close", "abort", "is_connected", "connection_lost"))
    and _mentions(ResponseHandler, "data_received", "_parser", "_payload", "_tail", "feed_data")
    and _takes(_connector.BaseConnector, "_release", "key", "protocol", "should_close")
    and _takes(_connector.BaseConnector, "_get", "key", "traces")
    and _takes(_connector.TCPConnector, "_create_connection", "req", "traces", "timeout")
    and _mentions(_connector.BaseConnector, "__init__", "_factory")
)
"""Whether connections can be held to one answer for each request. If not, none is used for a second call."""

BOUNDS_CONNECTING = _takes(_connector.TCPConnector, "_create_connection", "req", "traces", "timeout")
"""Whether name resolution, all addresses of a host and a proxy's answer share one bound. If not, each address has its own."""

FAST_PATH = (
    GUARDS_CONNECTIONS
    and aiohttp.__version__.startswith(TESTED_RELEASES)
    and callable(_serialize_headers)
    and _takes(ResponseHandler, "read")
    and _takes(_connector.BaseConnector, "connect", "req", "traces", "timeout")
    and _takes(aiohttp.ClientRequest, "__init__", "method", "url", "loop", "session")
    and hasattr(aiohttp.ClientRequest, "connection_key")
    and hasattr(aiohttp.ClientRequest, "GET_METHODS")
    and _original("request") is not None
    and _original("_request") is not None
    and _mentions(aiohttp.ClientSession, "__init__", "_middlewares", "_default_headers")
)
"""Whether calls may go over aiohttp's connections without `ClientSession.request`."""

TELLS_WHEN_SENT = "send" in vars(aiohttp.ClientRequest)
"""Whether sending through `ClientSession.request` can be observed. If not, every request counts as possibly sent."""

_REQUEST, _SEND = _original("request"), _original("_request")


class Path(NamedTuple):
    """How calls are sent."""

    fast: bool
    """Over aiohttp's connections, without `ClientSession.request`."""
    reuses_connections: bool
    tells_when_sent: bool
    """Whether a request that has not left this machine is known not to have."""
    reason: str

    def __str__(self) -> str:
        way = "by the fast path" if self.fast else "through ClientSession.request"
        return f"{way}: {self.reason}{'' if self.reuses_connections else '; each connection is used once'}"


def path(*, wanted: bool) -> Path:
    """Describe how calls are sent if aiohttp's sessions are neither replaced nor instrumented."""
    fast = wanted and FAST_PATH
    if fast:
        reason = f"aiohttp {aiohttp.__version__} has what it needs"
    else:
        reason = "as the pool was told" if FAST_PATH else f"aiohttp {aiohttp.__version__} is not known to have what the other needs"
    return Path(fast, GUARDS_CONNECTIONS, fast or TELLS_WHEN_SENT, reason)


def is_untouched(session: aiohttp.ClientSession) -> bool:
    """Return whether aiohttp's sending is not replaced, and the session has no hook that must see its calls."""
    return (
        aiohttp.ClientSession.request is _REQUEST
        and aiohttp.ClientSession._request is _SEND  # noqa: SLF001  # which mocks replace
        and not (session.trace_configs or session._middlewares or session.headers)  # noqa: SLF001  # which instruments add
    )


def limits_of(session: aiohttp.ClientSession) -> dict[str, Any]:
    """List a session's limits for response heads."""
    named = {name: getattr(session, f"_{name}", None) for name in ("max_line_size", "max_field_size", "max_headers")}
    return {name: value for name, value in named.items() if isinstance(value, int)}


def middlewares_of(session: aiohttp.ClientSession) -> tuple[aiohttp.ClientMiddlewareType, ...]:
    """List a session's own middlewares."""
    found: Any = getattr(session, "_middlewares", ())
    return tuple(found)


def is_drained(parser: Any) -> bool:
    """Return whether a parser holds no part of another message. Ends the parser: feed nothing to it afterwards."""
    try:
        # aiohttp's Python parser keeps what it has not read in these; its C parser shows nothing, but says what it has begun.
        shows_rest = _shows_rest(type(parser))  # type: ignore[arg-type]  # a class is hashable
        if shows_rest and (getattr(parser, "_tail", None) or getattr(parser, "_lines", None)):
            return False
        return parser.feed_eof() is None
    except Exception:  # noqa: BLE001  # whatever it says, it holds something
        return False


@cache
def _shows_rest(parser: type[object]) -> bool:
    return bool(parser.__dictoffset__) or hasattr(parser, "_tail") or hasattr(parser, "_lines")
