"""Webhook verification. Needs `stytch-b2b-async[webhooks]`.

```
WebhookError (a StytchError)
├── WebhookHeaderError       a header is missing or malformed
├── WebhookTimestampError    sent too long ago, or in the future
├── WebhookSignatureError    altered, or not sent by Stytch
└── WebhookPayloadError      larger than 1 MiB, or not a JSON object
```

None of them contains the body, a signature or a secret.
"""

import binascii
import hmac
import secrets
import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, final

import attrs

from stytch_b2b_async._tracebacks import clean_traceback
from stytch_b2b_async.errors import StytchError
from stytch_b2b_async.schema.validation import check_seconds

if TYPE_CHECKING:
    from standardwebhooks import Webhook

    from .events import WebhookEvent

_PREFIX = "whsec_"
_MIN_KEY = 24  # bytes: the signing service does not create shorter ones
_MAX_BODY = 1 << 20  # bytes
_MAX_HEADER = 4_096  # characters: about eighty signatures
_MAX_TIMESTAMP = 11  # digits


class WebhookError(StytchError):
    """Webhook verification failed."""


class WebhookHeaderError(WebhookError):
    """A header is missing or malformed."""


class WebhookTimestampError(WebhookError):
    """Sent longer ago, or further in the future, than `tolerance` allows: replayed, or a clock is wrong."""


class WebhookSignatureError(WebhookError):
    """No signature matches: altered, not sent by Stytch, or signed with another secret."""


class WebhookPayloadError(WebhookError):
    """The body is larger than 1 MiB, or not a JSON object."""


@final
class Webhooks:
    """Verify the webhooks of an endpoint that is registered in Stytch's dashboard.

    ```python
    webhooks = Webhooks(os.environ["STYTCH_WEBHOOK_SECRET"])

    event = webhooks.verify(await request.body(), request.headers)
    if event.object_type == "member" and event.action == "DELETE":
        forget(event.id)
    ```

    - `secret`, `more_secrets`: `whsec_…`; several during a rotation, in any order.
    - `tolerance`: maximum difference between the webhook's timestamp and this machine's clock, in seconds.
    - `clock`: returns the seconds since 1970; for tests.
    """

    @clean_traceback
    def __init__(self, secret: str, *more_secrets: str, tolerance: float = 300.0, clock: Callable[[], float] = time.time) -> None:
        check_seconds("tolerance", tolerance)
        named = [("secret", secret), *((f"more_secrets[{index}]", more) for index, more in enumerate(more_secrets))]
        self._signers = [_signer(name, given) for name, given in named]
        self._tolerance = tolerance
        self._clock = clock

    def __repr__(self) -> str:
        if "_clock" not in self.__dict__:
            return "<Webhooks that was refused its settings>"
        return f"Webhooks({'***, ' * len(self._signers)}tolerance={self._tolerance!r})"

    @clean_traceback
    def verify(self, body: bytes, headers: Mapping[str, str]) -> "WebhookEvent":
        """Verify a webhook, and return its event.

        - `body`: the raw bytes of the request; JSON that was parsed and serialized again no longer matches the signature.
        - `headers`: the request headers, with names in any case.

        Raises WebhookError; if you respond with a 4xx, Stytch tries again later.
        """
        from .events import read_event

        text = _text(body)
        proof = _proof(headers)
        self._check_time(proof.timestamp)
        self._check_signature(proof, text)
        event = read_event(body, proof.message_id)
        if event is None:
            raise WebhookPayloadError("the body is not a JSON object")
        return event

    @clean_traceback
    def sign(self, body: bytes) -> dict[str, str]:
        """Create the headers that Stytch would send with a body, signed with every secret: for tests of a handler."""
        message_id, now = f"msg_{secrets.token_hex(12)}", int(self._clock())
        signatures = [_sign(signer, message_id, now, _text(body)) for signer in self._signers]
        return {"svix-id": message_id, "svix-timestamp": str(now), "svix-signature": " ".join(signatures)}

    def _check_time(self, timestamp: int) -> None:
        age = self._clock() - timestamp
        if age > self._tolerance:
            raise WebhookTimestampError(f"sent more than {self._tolerance:g} s ago")
        if not age >= -self._tolerance:  # False for NaN too
            raise WebhookTimestampError(f"sent more than {self._tolerance:g} s in the future: this machine's clock may be behind")

    def _check_signature(self, proof: "_Proof", text: str) -> None:
        expected = [_sign(signer, proof.message_id, proof.timestamp, text).encode() for signer in self._signers]
        given = [signature.encode() for signature in proof.signatures.split(" ")]
        if not any(hmac.compare_digest(ours, theirs) for ours in expected for theirs in given):
            raise WebhookSignatureError("no signature of the webhook matches a given secret")


@attrs.frozen
class _Proof:
    """The parsed headers: each is signed, or a signature."""

    message_id: str
    timestamp: int
    signatures: str = attrs.field(repr=False)


def _signer(name: str, secret: str) -> "Webhook":
    key = _key(name, secret)
    try:
        from standardwebhooks import Webhook
    except ImportError as missing:
        message = "verifying webhooks needs standardwebhooks: pip install 'stytch-b2b-async[webhooks]'"
        raise ImportError(message, name=missing.name) from None
    return Webhook(key)


def _key(name: str, secret: str) -> bytes:
    """Decode a secret, more strictly than the library, which ignores characters outside of base64's alphabet."""
    if not isinstance(secret, str):
        raise TypeError(f"{name} must be a str, not {type(secret).__name__}")
    if not secret.startswith(_PREFIX):
        raise ValueError(f"{name} must be the endpoint's signing secret, which begins with {_PREFIX}")
    try:
        key = b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < _MIN_KEY:
        raise ValueError(f"{name} must be {_PREFIX} and the base64 of at least {_MIN_KEY} bytes, as the dashboard shows it")
    return key


def _sign(signer: "Webhook", message_id: str, timestamp: int, text: str) -> str:
    return signer.sign(message_id, datetime.fromtimestamp(timestamp, UTC), text)


def _text(body: bytes) -> str:
    if not isinstance(body, bytes):
        raise TypeError(f"body must be the raw bytes of the request, as they were signed, not a {type(body).__name__}")
    if len(body) > _MAX_BODY:
        raise WebhookPayloadError("the body is larger than 1 MiB")
    try:
        return body.decode()
    except UnicodeDecodeError:
        pass  # it would contain the body
    raise WebhookPayloadError("the body is not a JSON object: it is not even UTF-8")


def _proof(headers: Mapping[str, str]) -> _Proof:
    if not hasattr(headers, "items"):
        raise TypeError(f"headers must be a mapping, not a {type(headers).__name__}")
    given = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp, signatures = (_header(name, given[name]) for name in _names(given))
    if not timestamp.isdecimal() or len(timestamp) > _MAX_TIMESTAMP:
        raise WebhookHeaderError("the timestamp is not a number of seconds")
    return _Proof(message_id, int(timestamp), signatures)


def _names(given: Mapping[str, str]) -> tuple[str, ...]:
    """Choose between the two names of each header."""
    spellings = [tuple(f"{prefix}-{part}" for part in ("id", "timestamp", "signature")) for prefix in ("svix", "webhook")]
    for names in spellings:
        if all(given.get(name) for name in names):
            return names
    missing = min(([name for name in names if not given.get(name)] for names in spellings), key=len)
    raise WebhookHeaderError(f"missing: {', '.join(missing)}")


def _header(name: str, value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"the header {name} must be a str, not {type(value).__name__}")
    if len(value) > _MAX_HEADER or not (value.isascii() and value.isprintable()):
        raise WebhookHeaderError(f"{name} is malformed")
    return value
