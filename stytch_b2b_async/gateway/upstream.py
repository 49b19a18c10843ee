"""Send a request on, once, and say what became of it."""

from http import HTTPStatus
from typing import Any, Final

import msgspec

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.errors import APIConnectionError, APITimeoutError, ClientClosedError
from stytch_b2b_async.runtime.sender import Sender
from stytch_b2b_async.wire import Reply

from .answer import Answer
from .echoes import Echoes
from .refusal import RefusalError

_PASSED_ON: Final = (("X-Request-Id", "x-request-id"), ("Retry-After", "retry-after"))
_MAX_HEADER: Final = 200
_OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TEXT: Final = msgspec.json.Decoder(str)
_STATUSES: Final = range(200, 600)
_REDIRECTS: Final = range(300, 400)


class Upstream:
    """The API."""

    def __init__(self, sender: Sender, *, most: int) -> None:
        self._sender = sender
        self._most = most
        self._echoes = Echoes(sender.config)

    @property
    def project_id(self) -> str | None:
        """The project whose credentials are added."""
        return self._sender.config.project_id

    async def send(self, request: Request[Any]) -> tuple[Answer, str | None]:
        """Send a request, without a retry; return the answer, and its request id.

        Raises RefusalError, which says whether the request may have been applied.
        """
        try:
            reply = await self._sender.exchange(request)
        except (APIConnectionError, ClientClosedError) as error:
            kind = "timed_out" if isinstance(error, APITimeoutError) else "unreachable"
            raise _bad_gateway(f"upstream_{kind}", "The API gave no complete answer", maybe_applied=error.maybe_applied) from None
        except ValueError as error:  # what cannot be encoded
            raise RefusalError.bad_request(f"{error}.") from None
        return self._answer(reply)

    def _answer(self, reply: Reply) -> tuple[Answer, str | None]:
        if not reply.whole or len(reply.body) > self._most:
            raise _bad_gateway("upstream_reply_too_large", "The API's answer is too large", maybe_applied=True)
        if reply.status in _REDIRECTS:
            raise _bad_gateway("upstream_redirected", "The API answered with a redirect, which is not followed", maybe_applied=True)
        if reply.status not in _STATUSES:
            raise _bad_gateway("upstream_unreadable", "The API's answer has a status that HTTP does not have", maybe_applied=True)
        try:
            if not reply.body.isascii():
                reply.body.decode()  # whose values the decoder leaves alone
            fields = _OBJECT.decode(reply.body)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise _bad_gateway("upstream_unreadable", "The API's answer is not a JSON object", maybe_applied=True) from None
        headers = {name: value for name, key in _PASSED_ON if (value := _header(reply, key)) is not None}
        if self._echoes.occur_in(reply.body) or (headers and self._echoes.occur_in("\n".join(headers.values()).encode())):
            message = "The API's answer repeats the project's secret, and is withheld"
            raise _bad_gateway("upstream_repeats_secret", message, maybe_applied=True)
        return Answer(reply.status, reply.body, headers), _request_id(fields) or headers.get("X-Request-Id")


def _header(reply: Reply, name: str) -> str | None:
    value = reply.headers.get(name)
    return value if value and len(value) <= _MAX_HEADER and value.isascii() and value.isprintable() else None


def _request_id(fields: dict[str, msgspec.Raw]) -> str | None:
    try:
        return _TEXT.decode(fields["request_id"])[:_MAX_HEADER]
    except (KeyError, msgspec.MsgspecError):
        return None


def _bad_gateway(error_type: str, message: str, *, maybe_applied: bool) -> RefusalError:
    fate = "the request may have been applied" if maybe_applied else "the request was not applied"
    return RefusalError(HTTPStatus.BAD_GATEWAY, error_type, f"{message}; {fate}.", details={"maybe_applied": maybe_applied})
