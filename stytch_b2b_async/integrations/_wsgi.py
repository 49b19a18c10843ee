"""What adapters of WSGI frameworks share: requests as the core takes them, and headers that leave at the wire."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from stytch_b2b_async.web import Outgoing, RequestHead

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_OUTGOING: Final = "stytch_b2b_async.outgoing"
_UNPREFIXED: Final = {"CONTENT_TYPE": b"content-type", "CONTENT_LENGTH": b"content-length"}


class WriteOutgoing:
    """Middleware that writes what must leave with every response, errors included."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Run the application."""

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            outgoing: Outgoing | None = environ.get(_OUTGOING)
            return start_response(status, headers if outgoing is None else outgoing.merged_text(headers), *error)

        return self._app(environ, start)


def add_outgoing(environ: "WSGIEnvironment", outgoing: Outgoing) -> None:
    """Let headers leave with the response."""
    earlier: Outgoing | None = environ.get(_OUTGOING)
    environ[_OUTGOING] = outgoing if earlier is None else earlier | outgoing


def raw_headers(environ: "WSGIEnvironment") -> Iterator[tuple[bytes, bytes]]:
    """Return the headers; servers have joined repeated ones."""
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].replace("_", "-").lower().encode("latin-1"), value.encode("latin-1")
        elif name in _UNPREFIXED and value:
            yield _UNPREFIXED[name], value.encode("latin-1")


def request_head(environ: "WSGIEnvironment", path_parameters: dict[str, Any]) -> RequestHead:
    """Return a request as the core takes it."""
    query = environ.get("QUERY_STRING", "")
    path = raw_path(environ)
    return RequestHead(
        method=environ["REQUEST_METHOD"],
        headers=list(raw_headers(environ)),
        scheme=environ["wsgi.url_scheme"],
        path_parameters=path_parameters,
        target=f"{path}?{query}" if query else path,
    )


def raw_path(environ: "WSGIEnvironment") -> str:
    """Return the path without the query: as received if the server tells it, and otherwise encoded anew."""
    received: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if received.startswith("/"):
        return received.partition("?")[0]
    decoded = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return quote(decoded.encode("latin-1"))
