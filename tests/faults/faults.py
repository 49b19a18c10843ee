"""The faults, each with the expected outcome: (what the caller sees, attempts, requests that the server read)."""

import asyncio
import gzip
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import attrs
from faults.server import Peer, Script, reply
from support.http_servers import failed
from support.replies import full

from stytch_b2b_async.api.organizations import Get
from stytch_b2b_async.api.passwords.email import RequireReset, ResetStart
from stytch_b2b_async.endpoint import response_type

SESSION = "session-planted-by-the-tests"
SMALL_BOUND = 2**18  # bytes; replaces MAX_BODY

REQUESTS = {
    "read": Get(organization_id="organization-test-1"),
    "repeatable": RequireReset(email_address="ada@example.com", authorization={"session_token": SESSION}),
    "acts once": ResetStart(organization_id="organization-test-1", email_address="ada@example.com"),
}

Outcome: TypeAlias = tuple[str, int, int]
ANSWER, LOST, TIMEOUT = "a response", "APIConnectionError, may have acted", "APITimeoutError, may have acted"


@attrs.frozen(eq=False)
class Fault:
    """A failure of the server or of the network on the way to it."""

    group: str
    name: str
    script: Script
    expected: dict[str, Outcome]
    way: str = "http"
    """How the server is reached: `http`, `trusted` (TLS), or the obstacle."""
    timeout: float = 5.0
    connect_timeout: float = 5.0
    warm: bool = False
    """Whether a successful call comes first, so that the second one meets the fault."""
    listen: float = 0.001
    """Seconds for which clients listen on a new connection: longer where the server must be heard before the request."""


FAULTS: list[Fault] = []


def alike(saw: str, attempts: int = 1, acted: int = 1) -> dict[str, Outcome]:
    """Expect the same outcome for every kind of endpoint."""
    return dict.fromkeys(REQUESTS, (saw, attempts, acted))


def by_effect(harmless: Outcome, once: Outcome) -> dict[str, Outcome]:
    """Expect repeats only where they are harmless."""
    return {kind: once if kind == "acts once" else harmless for kind in REQUESTS}


NEVER_SENT = alike("APIConnectionError", 3, 0)
NO_CONNECTION = alike("APITimeoutError", 3, 0)
BROKEN = by_effect((LOST, 3, 3), (LOST, 1, 1))
BROKEN_UNREAD = by_effect((LOST, 3, 0), (LOST, 1, 0))
LATE = alike(TIMEOUT)
UNREADABLE = alike("DecodeError")
FAILED = by_effect(("InternalServerError", 3, 3), ("InternalServerError", 1, 1))
ANSWERED = alike(ANSWER)
ONCE_MORE = alike(ANSWER, 2, 2)
RECOVERED = by_effect((ANSWER, 2, 2), ("InternalServerError", 1, 1))
PATIENCE = 0.4  # seconds of a call that can only end by its deadline


def fault(group: str, name: str, expected: dict[str, Outcome], **options: Any) -> Callable[[Script], Script]:
    def add(script: Script) -> Script:
        FAULTS.append(Fault(group, name, script, expected, **options))
        return script

    return add


def _good() -> dict[str, Any]:
    said: dict[str, Any] = {}
    for request in REQUESTS.values():
        said |= full(response_type(type(request)))
    return {**said, "request_id": "request-id-test-1", "status_code": 200}


GOOD = _good()
GOOD_BODY = json.dumps(GOOD).encode()
FINE = reply(GOOD_BODY)


def says(*words: bytes, stay: bool = False) -> Script:
    """Answer one request with fixed bytes; then close, unless `stay`."""

    async def script(peer: Peer) -> None:
        if await peer.read():
            await peer.say(*words)
            if stay:
                await peer.stay()

    return script


def in_turn(*replies: bytes) -> Script:
    """Answer each request with the next reply, and repeat the last, over any number of connections."""

    async def script(peer: Peer) -> None:
        while await peer.read():
            await peer.say(replies[min(len(peer.site.requests), len(replies)) - 1])

    return script


def add(group: str, name: str, expected: dict[str, Outcome], script: Script, **options: Any) -> None:
    fault(group, name, expected, **options)(script)


def error(status: int, error_type: str = "made_up", *headers: str) -> bytes:
    return reply(failed(status, error_type).content, f"{status} Made Up", *headers)


# Silence ---------------------------------------------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
add("Silence", "no response", LATE, says(stay=True), timeout=PATIENCE)
add("Silence", "a stall in the status line", LATE, says(b"HTTP/1.1 20", stay=True), timeout=PATIENCE)
add("Silence", "a stall in the headers", LATE, says(HEAD, stay=True), timeout=PATIENCE)
add("Silence", "a stall before the body", LATE, says(HEAD + b"Content-Length: 9\r\n\r\n", stay=True), timeout=PATIENCE)
add("Silence", "a stall in the body", LATE, says(FINE[:-9], stay=True), timeout=PATIENCE)
add(
    "Silence",
    "a stall in a chunked body",
    LATE,
    says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{", stay=True),
    timeout=PATIENCE,
)


@fault("Silence", "a connection that is never read", alike(TIMEOUT, 1, 0), timeout=PATIENCE)
async def never_read(_: Peer) -> None:
    await asyncio.Event().wait()


async def drip(peer: Peer, words: bytes) -> None:
    """Send one byte every five milliseconds."""
    for byte in words:
        await peer.say(bytes([byte]))
        await asyncio.sleep(0.005)


@fault("Silence", "headers sent one byte at a time", LATE, timeout=PATIENCE)
async def drip_headers(peer: Peer) -> None:
    await peer.read()
    await peer.say(HEAD)
    await drip(peer, b"X-A: b\r\n" * 1_000)


@fault("Silence", "a body sent one byte at a time", LATE, timeout=PATIENCE)
async def drip_body(peer: Peer) -> None:
    await peer.read()
    await peer.say(HEAD + b"Content-Length: 9999\r\n\r\n")
    await drip(peer, b" " * 9_999)


# Connections -----------------------------------------------------------------------------------------------------------------


@fault("Connections", "refused", NEVER_SENT, way="refused")
@fault("Connections", "an unknown host", NEVER_SENT, way="unknown host")
@fault("Connections", "a stalled resolver", NO_CONNECTION, way="stalled resolver", connect_timeout=0.1)
@fault("Connections", "silence in the TLS handshake", NO_CONNECTION, way="no TLS", connect_timeout=0.1)
async def no_connection(peer: Peer) -> None:
    await peer.stay()


@fault("Connections", "plain HTTP instead of TLS", NEVER_SENT, way="no TLS")
async def no_tls(peer: Peer) -> None:
    await peer.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")


add("Connections", "a self-signed certificate", NEVER_SENT, in_turn(FINE), way="self-signed")
add("Connections", "a certificate for another host", NEVER_SENT, in_turn(FINE), way="other name")
add("Connections", "an expired certificate", NEVER_SENT, in_turn(FINE), way="expired")


@fault("Connections", "closed right after accept", NEVER_SENT, listen=1.0)
async def close_at_once(_: Peer) -> None:
    pass


def speaks_first(*words: bytes) -> Script:
    """Send bytes as soon as a connection opens; then answer correctly."""

    async def script(peer: Peer) -> None:
        await peer.say(*words)
        while await peer.read():
            await peer.say(FINE)

    return script


for _name, _words in {
    "a response before the request": error(400, "somebody_elses"),
    "half a response before the request": FINE[:40],
    "a blank line before the request": b"\r\n",
}.items():
    add("Connections", _name, NEVER_SENT, speaks_first(_words), listen=0.6)
    add("Connections", f"{_name}, under TLS", NEVER_SENT, speaks_first(_words), way="trusted", listen=0.6)


@fault("Connections", "reset before the request was read", BROKEN_UNREAD)
async def reset_before(peer: Peer) -> None:
    await peer.reader.read(1)
    await peer.reset()


@fault("Connections", "reset after the request was read", BROKEN)
async def reset_after(peer: Peer) -> None:
    await peer.read()
    await peer.reset()


@fault("Connections", "half closed after the request was read", BROKEN)
async def half_close(peer: Peer) -> None:
    await peer.read()
    peer.writer.write_eof()
    await peer.stay()


add("Connections", "closed after the request was read", BROKEN, says())
add("Connections", "closed in the headers", BROKEN, says(HEAD))
add("Connections", "closed in the body", BROKEN, says(FINE[:-9]))


@fault("Connections", "reset in the body", BROKEN)
async def reset_in_body(peer: Peer) -> None:
    await peer.read()
    await peer.say(FINE[:-9])
    await peer.reset()


# Idle connections ------------------------------------------------------------------------------------------------------------


@fault("Idle connections", "closed by the server", ANSWERED, warm=True)
async def close_idle(peer: Peer) -> None:
    if await peer.answer(FINE):
        peer.writer.close()
        await peer.writer.wait_closed()
        peer.site.ready.set()


@fault("Idle connections", "reset by the server", ANSWERED, warm=True)
async def reset_idle(peer: Peer) -> None:
    if await peer.answer(FINE):
        await peer.reset()
        peer.site.ready.set()


@fault("Idle connections", "half closed by the server", ANSWERED, warm=True)
async def half_close_idle(peer: Peer) -> None:
    if await peer.answer(FINE):
        peer.writer.write_eof()
        peer.site.ready.set()
        await peer.stay()


@fault("Idle connections", "an unsolicited response", ANSWERED, warm=True)
async def speak_unasked(peer: Peer) -> None:
    if await peer.answer(FINE):
        await peer.say(error(408, "somebody_elses"))
        peer.site.ready.set()
        await peer.stay()


@fault("Idle connections", "unsolicited garbage", ANSWERED, warm=True)
async def rubbish_unasked(peer: Peer) -> None:
    if await peer.answer(FINE):
        await peer.say(b"rubbish")
        peer.site.ready.set()
        await peer.stay()


@fault("Idle connections", "a second response with the first", ANSWERED, warm=True)
async def answer_twice(peer: Peer) -> None:
    if await peer.answer(FINE + error(400, "somebody_elses")):
        peer.site.ready.set()
        await peer.stay()


def then_says(after: bytes, *, listens: float = 0.0) -> Script:
    """Answer correctly, send more once that response was read, and answer later requests on the same connection with an error."""

    async def script(peer: Peer) -> None:
        if await peer.answer(FINE):
            with suppress(ConnectionError):  # a client that uses each connection once has closed this one already
                await peer.say(after)
            await asyncio.sleep(listens)
            peer.site.ready.set()
        while await peer.read():
            await peer.say(error(400, "somebody_elses"))

    return script


STRAY = {
    "half of an unsolicited response": FINE[:40],
    "the head of an unsolicited response": HEAD,
    "an unsolicited blank line": b"\r\n",
    "an unsolicited byte": b"H",
}
for _name, _words in STRAY.items():
    add("Idle connections", _name, ANSWERED, then_says(_words), warm=True)
    add("Idle connections", f"{_name}, under TLS", ANSWERED, then_says(_words), warm=True, way="trusted")

BEHIND = {
    "half a response in the segment of the first": FINE[:40],
    "a blank line in the segment of the first": b"\r\n",
    "a byte in the segment of the first": b"H",
    "one and a half more responses with the first": error(400, "somebody_elses") + FINE[:40],
}


def answers_with(behind: bytes) -> Script:
    """Answer the first request with bytes after the response, and later requests on that connection with an error."""

    async def script(peer: Peer) -> None:
        if peer.number > 1:
            await peer.answer(FINE)
        if await peer.read():
            await peer.say(FINE + behind)
            peer.site.ready.set()
        while await peer.read():
            await peer.say(error(400, "somebody_elses"))

    return script


for _name, _words in BEHIND.items():
    add("Idle connections", _name, ANSWERED, answers_with(_words), warm=True)

HOSTILE_KEEP_ALIVE = {
    "zero": "timeout=0",
    "negative": "timeout=-5",
    "huge": f"timeout={'9' * 400}",
    "not a number": "timeout=soon, max=never",
    "written in non-ASCII digits": "timeout=\u0663",
    "repeated": "timeout=1, timeout=9",
    "empty": "",
}
for _name, _value in HOSTILE_KEEP_ALIVE.items():
    add("Idle connections", f"a Keep-Alive that is {_name}", ANSWERED, in_turn(reply(GOOD_BODY, "200 OK", f"Keep-Alive: {_value}")))


@fault("Idle connections", "closed while the request is in transit", by_effect((ANSWER, 2, 1), (LOST, 1, 0)), warm=True)
async def close_in_flight(peer: Peer) -> None:
    """Nobody can tell this from a server that read the request, acted, and broke."""
    if await peer.answer(FINE):
        peer.site.ready.set()
        await peer.reader.read(1)


def pours(words: bytes) -> Script:
    """Read a request, then send the same bytes forever."""

    async def script(peer: Peer) -> None:
        await peer.read()
        while True:
            await peer.say(words)
            await asyncio.sleep(0.001)

    return script


# Invalid HTTP ----------------------------------------------------------------------------------------------------------------

INVALID_HTTP: dict[str, bytes] = {
    "garbage": b"SSH-2.0-OpenSSH_9.7\r\n\r\n",
    "binary": bytes(range(256)) * 4,
    "NUL bytes": b"\x00" * 1_000,
    "a page without headers": b"<html><body>It works!</body></html>",
    "an unknown HTTP version": b"HTTP/9.9 200 OK\r\n\r\n",
    "a status that is not a number": b"HTTP/1.1 OK OK\r\n\r\n",
    "a header without a colon": HEAD + b"what?\r\nContent-Length: 2\r\n\r\n{}",
    "a Content-Length that is not a number": HEAD + b"Content-Length: many\r\n\r\n{}",
    "a negative Content-Length": HEAD + b"Content-Length: -2\r\n\r\n{}",
    "two Content-Length headers": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "both Content-Length and chunked": HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "a Content-Length that is too large": HEAD + b"Content-Length: 99999\r\n\r\n" + GOOD_BODY,
    "an invalid chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nwhat?\r\n",
    "a chunk longer than its size": HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}}}\r\n0\r\n\r\n",
    "an impossibly large chunk size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n{}",
    "no final chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "a response followed by garbage": FINE + b"rubbish",
    "a Content-Length that is too small": reply(GOOD_BODY, length=len(GOOD_BODY) - 9),
    "a huge header": HEAD + b"X-A: " + b"a" * 2**20 + b"\r\n\r\n",
    "a thousand headers": HEAD + b"X-A: b\r\n" * 1_000 + b"\r\n",
}
for _name, _words in INVALID_HTTP.items():
    add("Invalid HTTP", _name, BROKEN, says(_words))


def in_segments(*segments: bytes) -> Script:
    """Read a request, answer in separate segments, and keep the connection open."""

    async def script(peer: Peer) -> None:
        await peer.read()
        for segment in segments:
            await peer.say(segment)
            await asyncio.sleep(0.02)
        await peer.stay()

    return script


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LATER_CHUNKS = {
    "an invalid chunk": (CHUNKED, b"what?\r\n"),
    "an invalid chunk after a valid one": (CHUNKED + b"2\r\n{}\r\n", b"what?\r\n"),
    "a chunk longer than its size": (CHUNKED, b"2\r\n{}", b"}}\r\n0\r\n\r\n"),
    "an impossibly large chunk size": (CHUNKED, b"2\r\n{}\r\n", b"fffffffffffffffffff\r\n{}"),
    "an invalid trailer": (CHUNKED, b"2\r\n{}\r\n0\r\n", b"what?\r\n\r\n"),
}
for _name, _segments in LATER_CHUNKS.items():
    add("Invalid HTTP", f"{_name}, in a later segment", BROKEN, in_segments(*_segments))
    add("Invalid HTTP", f"{_name}, in a later segment, under TLS", BROKEN, in_segments(*_segments), way="trusted")


for _name, _words in {
    "103 Early Hints": b"HTTP/1.1 103 Early Hints\r\n\r\n",
    "100 Continue": b"HTTP/1.1 100 Continue\r\n\r\n",
}.items():
    add("Invalid HTTP", f"endless {_name}", BROKEN, pours(_words))
    add("Invalid HTTP", f"a thousand {_name} responses, then the final one", BROKEN, says(_words * 1_000 + FINE))


@fault("Invalid HTTP", "endless headers", BROKEN)
async def pour_headers(peer: Peer) -> None:
    await peer.read()
    await peer.say(HEAD)
    while True:
        await peer.say(b"X-A: b\r\n" * 1_000)


# Bodies ----------------------------------------------------------------------------------------------------------------------

ZIPPED = gzip.compress(GOOD_BODY)


def zipped(body: bytes, status: str = "200 OK") -> bytes:
    return reply(body, status, "Content-Encoding: gzip")


add("Bodies", "invalid gzip", BROKEN, says(zipped(b"nope" * 9)))
add("Bodies", "gzip with a wrong checksum", BROKEN, says(zipped(ZIPPED[:-8] + b"\x00" * 8)))
add("Bodies", "truncated gzip", UNREADABLE, says(zipped(ZIPPED[:-20])))
add("Bodies", "a gzip bomb", UNREADABLE, says(zipped(gzip.compress(b" " * 2**25)), stay=True))
add("Bodies", "a body over the size limit", UNREADABLE, in_turn(reply(b" " * (SMALL_BOUND + 1))))


@fault("Bodies", "an endless body", UNREADABLE)
async def pour_body(peer: Peer) -> None:
    await peer.read()
    await peer.say(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        await peer.say(b"1000\r\n" + b" " * 4_096 + b"\r\n")


def nested(levels: int) -> bytes:
    return b'{"deep":' + b"[" * levels + b"]" * levels + b"," + GOOD_BODY[1:]


NOT_AN_OBJECT: dict[str, bytes] = {
    "no body": reply(b""),
    "204 and no body": b"HTTP/1.1 204 No Content\r\n\r\n",
    "an HTML page": reply(b"<html><body>It works!</body></html>", "200 OK", "Content-Type: text/html"),
    "an array": reply(b"[1, 2]"),
    "a number": reply(b"17"),
    "a string": reply(b'"fine"'),
    "null": reply(b"null"),
    "NUL bytes": reply(b"\x00" * 99),
    "text that is not UTF-8": reply(b'{"request_id": "\xff\xfe"}'),
    "a hundred thousand levels": reply(nested(100_000)),
}
for _name, _words in NOT_AN_OBJECT.items():
    add("Bodies", _name, UNREADABLE, in_turn(_words))

ODD: dict[str, bytes] = {
    "JSON labelled as text": reply(GOOD_BODY, "200 OK", "Content-Type: text/plain"),
    "JSON with a byte-order mark": reply(b"\xef\xbb\xbf" + GOOD_BODY),
    "surrounding white space": reply(b" \r\n\t" + GOOD_BODY + b"\n\n"),
    "a lone surrogate": reply(GOOD_BODY[:-1] + b', "odd": "\\ud800"}'),
    "NaN and Infinity": reply(GOOD_BODY[:-1] + b', "odd": [NaN, -Infinity, 1e999]}'),
    "a duplicate key": reply(GOOD_BODY[:-1] + b', "status_code": 200}'),
    "two hundred levels": reply(nested(200)),
    "gzip": zipped(ZIPPED),
    "chunks of one byte": HEAD
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + b"".join(b"1\r\n%c\r\n" % byte for byte in GOOD_BODY)
    + b"0\r\n\r\n",
    "100 Continue first": b"HTTP/1.1 100 Continue\r\n\r\n" + FINE,
    "103 Early Hints first": b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n" * 5 + FINE,
    "a cookie and an invalid Keep-Alive": reply(GOOD_BODY, "200 OK", "Set-Cookie: a=b", "Keep-Alive: soon"),
    "201 instead of 200": reply(GOOD_BODY, "201 Created"),
}
for _name, _words in ODD.items():
    add("Bodies", _name, ANSWERED, in_turn(_words))
add("Bodies", "HTTP/1.0 without a length", ANSWERED, says(b"HTTP/1.0 200 OK\r\n\r\n" + GOOD_BODY))
add("Bodies", "HTTP/1.1 without a length", ANSWERED, says(b"HTTP/1.1 200 OK\r\n\r\n" + GOOD_BODY))

# Errors ----------------------------------------------------------------------------------------------------------------------

REFUSALS: dict[str, tuple[str, bytes]] = {
    "400 and an HTML page": ("BadRequestError", reply(b"<html>", "400 Bad Request")),
    "400 and no body": ("BadRequestError", reply(b"", "400 Bad Request")),
    "400 and fields of the wrong types": (
        "BadRequestError",
        reply(b'{"error_type": 5, "error_message": ["x"], "request_id": {}, "error_details": "no"}', "400 Bad Request"),
    ),
    "401 and an OAuth error": ("AuthenticationError", reply(b'{"error": "invalid_client", "error_description": 7}', "401 No")),
    "403 and an array": ("PermissionDeniedError", reply(b"[]", "403 Forbidden")),
    "404 and NUL bytes": ("NotFoundError", reply(b"\x00" * 99, "404 Not Found")),
    "409 and null": ("ConflictError", reply(b"null", "409 Conflict")),
    "418": ("APIStatusError", error(418)),
    "101 Switching Protocols": ("APIStatusError", b"HTTP/1.1 101 Switching\r\nUpgrade: no\r\nConnection: Upgrade\r\n\r\n"),
    "429 and a locked member": ("MemberLockedError", error(429, "user_lock_limit_reached", "Retry-After: 0")),
    "429 and a Retry-After beyond the deadline": ("RateLimitError", error(429, "too_many", "Retry-After: 6")),
    "429 and an enormous Retry-After": ("RateLimitError", error(429, "too_many", f"Retry-After: {'9' * 400}")),
    "429 and a Retry-After date beyond the deadline": (
        "RateLimitError",
        error(429, "too_many", "Retry-After: Fri, 31 Dec 2100 23:59:59 GMT"),
    ),
    "501 not emulated": ("InternalServerError", error(501, "not_emulated")),
    "503 and a Retry-After beyond the deadline": ("InternalServerError", error(503, "busy", "Retry-After: 600")),
}
for _name, (_saw, _words) in REFUSALS.items():
    add("Errors", _name, alike(_saw), in_turn(_words))

FAILURES: dict[str, bytes] = {
    "500 every time": error(500),
    "502 and an HTML page": reply(b"<html>502 Bad Gateway</html>", "502 Bad Gateway", "Content-Type: text/html"),
    "504 and no body": reply(b"", "504 Gateway Timeout"),
    "599": reply(b"{}", "599 Made Up"),
}
for _name, _words in FAILURES.items():
    add("Errors", _name, FAILED, in_turn(_words))
add("Errors", "500 and a truncated body", FAILED, says(reply(b'{"error_type"', "500 No", length=99)))
add("Errors", "500 and invalid gzip", FAILED, says(zipped(b"nope" * 9, "500 No")))
add("Errors", "500 and a body over the size limit", FAILED, in_turn(reply(b" " * (SMALL_BOUND + 1), "500 No")))

PASSING: dict[str, bytes] = {
    "429 once": error(429, "too_many"),
    "429 once, Retry-After of one second": error(429, "too_many", "Retry-After: 1"),
    "429 once, Retry-After date in the past": error(429, "too_many", "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"),
    "429 once, invalid Retry-After": error(429, "too_many", "Retry-After: -5 beers"),
    "400 search_timeout once": error(400, "search_timeout"),
}
for _name, _words in PASSING.items():
    add("Errors", _name, ONCE_MORE, in_turn(_words, FINE))
add("Errors", "429 every time", alike("RateLimitError", 3, 3), in_turn(error(429, "too_many")))
add("Errors", "429, then 500", by_effect((ANSWER, 3, 3), ("InternalServerError", 2, 2)), in_turn(error(429), error(500), FINE))
add("Errors", "500 once", RECOVERED, in_turn(error(500), FINE))
add("Errors", "503 once, Retry-After of zero", RECOVERED, in_turn(error(503, "busy", "Retry-After: 0"), FINE))


@fault("Errors", "connection lost once", by_effect((ANSWER, 2, 2), (LOST, 1, 1)))
async def lose_once(peer: Peer) -> None:
    while await peer.read():
        if len(peer.site.requests) == 1:
            return await peer.reset()
        await peer.say(FINE)
    return None


# Redirects -------------------------------------------------------------------------------------------------------------------


def redirects(status: int, port: Callable[[Peer], int]) -> Script:
    async def script(peer: Peer) -> None:
        while await peer.read():
            path = peer.site.requests[-1].split()[1].decode()
            await peer.say(reply(b"", f"{status} Over There", f"Location: http://127.0.0.1:{port(peer)}{path}"))

    return script


for _status in (301, 302, 303, 307, 308):
    add("Redirects", f"{_status} to itself", alike("APIStatusError"), redirects(_status, lambda peer: peer.site.port))
    add("Redirects", f"{_status} to another port", alike("APIStatusError"), redirects(_status, lambda peer: peer.site.elsewhere))

GROUPS: Sequence[str] = list(dict.fromkeys(fault.group for fault in FAULTS))
