"""Decode HTTP responses to models and errors. Pure, without I/O."""

import re
from collections.abc import Mapping
from typing import Any

from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Request, response_type
from stytch_b2b_async.errors import APIStatusError, DecodeError, status_error_class
from stytch_b2b_async.schema import converter, secrets_of
from stytch_b2b_async.schema.converter import Mismatch
from stytch_b2b_async.schema.json_bounds import excess

from .body_shape import body_start
from .encode import R
from .http import Reply, retry_after
from .redaction import Redaction, whole

LARGE_BODY = 2**18
"""Bytes from which decoding takes milliseconds."""


_REQUEST_ID = rb'"request_id"\s*:\s*"([\w.-]{1,100})"'


_PAGE_START = 240  # characters of an unreadable body in an error message


_MAX_MESSAGE = 2_000


def decode(request: Request[R], reply: Reply, config: Config) -> tuple[R, list[Mismatch]]:
    """Decode a reply; return the response and its schema mismatches.

    Raises APIStatusError unless the status is 2xx, and DecodeError if the body is not a JSON object or, with `strict`, has
    mismatches.
    """
    if not 200 <= reply.status < 300:  # noqa: PLR2004  # the 2xx range
        raise _status_error(request, reply, config)
    loaded = converter.loads(reply.body, response_type(type(request)))
    if loaded is None:
        raise _decode_error(_why_unreadable(reply), request, reply, config)
    response, mismatches = loaded
    if mismatches and config.strict:
        path, reason = mismatches[0]
        raise _decode_error(f"the response does not match its declaration: {reason} @ {path}", request, reply, config)
    if mismatches and getattr(response, "status_code", None) is None:
        object.__setattr__(response, "status_code", reply.status)
    return response, mismatches


def _why_unreadable(reply: Reply) -> str:
    if not reply.whole:
        return "the response is too large"
    return f"the response {excess(reply.body) or 'is not a JSON object'}"


def _decode_error(message: str, request: Request[Any], reply: Reply, config: Config) -> DecodeError:
    redaction = _redaction(request, config)
    found = re.search(_REQUEST_ID, reply.body)
    request_id = found[1].decode() if found else _text_of(reply.headers.get("x-request-id"))
    return DecodeError(message, reply.status, redaction.name(request_id), body_start(reply.body, request, redaction))


def _status_error(request: Request[Any], reply: Reply, config: Config) -> APIStatusError:
    """Create the error of an error response, whatever its body. Texts that repeat a secret are withheld as a whole."""
    loaded = converter.loads_object(reply.body)
    fields = loaded or {}
    error_type = _first_str(fields, "error_type", "error")
    message = _first_str(fields, "error_message", "error_description") if loaded is not None else _unreadable(reply.body)
    error_url = _first_str(fields, "error_url", "error_uri")
    request_ids = (_first_str(fields, "request_id"), _text_of(reply.headers.get("x-request-id")))
    headers = {name.lower(): whole(value) for name, value in reply.headers.items()}
    redaction = _redaction(request, config)
    redaction.look_through(error_type, message, error_url, *request_ids, *headers.values())
    error_type = _truncate(redaction.name(error_type))
    return status_error_class(reply.status, error_type)(
        reply.status,
        error_type,
        _truncate(redaction.text(message), _MAX_MESSAGE if loaded is not None else _PAGE_START),
        _truncate(redaction.name(error_url)),
        redaction.details(fields.get("error_details")),
        _truncate(next((request_id for request_id in map(redaction.name, request_ids) if request_id), None)),
        {name: redaction.text(value) or "" for name, value in headers.items() if not redaction.repeats(name)},
        retry_after(headers.get("retry-after")),
    )


def _redaction(request: Request[Any], config: Config) -> Redaction:
    return Redaction((*secrets_of(request), *config.secrets))


def _first_str(fields: Mapping[str, Any], *names: str) -> str | None:
    return _text_of(next((fields[name] for name in names if isinstance(fields.get(name), str) and fields[name]), None))


def _text_of(text: str | None) -> str | None:
    """Truncate before the search for secrets, to more than is shown: a secret may begin in the part that is shown."""
    return None if text is None else whole(text[: 10 * _MAX_MESSAGE])


def _truncate(text: str | None, length: int = _MAX_MESSAGE) -> str | None:
    """Truncate. Runs after redaction: truncating first could leave part of a secret."""
    return None if text is None else text[:length]


def _unreadable(body: bytes) -> str:
    if not body:
        return "the body is empty"
    exceeded = excess(body)
    if exceeded is not None:
        return f"the body {exceeded}"
    start = " ".join(body[: 10 * _MAX_MESSAGE].decode("utf-8", "replace").split())
    return f"the body is not a JSON object: {start}"
