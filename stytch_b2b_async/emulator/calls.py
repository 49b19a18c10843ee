"""The log of calls: the newest ones, with their bodies but without secrets."""

import json
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, cast, overload
from urllib.parse import parse_qsl

import attrs

from stytch_b2b_async.catalog import endpoints
from stytch_b2b_async.endpoint import Body
from stytch_b2b_async.schema import fields_of, models_of

MAX_CALLS: Final = 500
_MAX_BODY: Final = 16 * 2**10  # bytes; larger bodies are not kept
_MASK: Final = "***"


@attrs.frozen(kw_only=True)
class CallRecord:
    """A call of the API, as the emulator received it and responded to it."""

    number: int
    """Counts the calls, from 1."""
    time: datetime
    """The emulator's."""
    operation: str | None
    """Such as `passwords.authenticate`; None for an unknown route."""
    method: str
    path: str
    status: int
    """Of the response, even if a fault kept it from arriving; 0 if the connection was dropped before the call was handled."""
    duration: float
    """Seconds, latency included."""
    acting_member: bool
    """Whether the call was authorized by a member's session."""
    fault_ids: tuple[str, ...] = ()
    """The faults that happened to it."""
    _query: str = attrs.field(default="", repr=False, alias="query")
    _sent: bytes | str = attrs.field(default=b"", repr=False, alias="sent")
    _received: bytes | str = attrs.field(default=b"", repr=False, alias="received")

    @property
    def request(self) -> Any:
        """The query and the body, with `***` for secrets; a string says why a body is not shown."""
        query = dict(parse_qsl(self._query, keep_blank_values=True)) if self._query else {}
        body = _shown(self._sent, is_form=self.operation is not None and _takes_form(self.operation))
        return masked({**query, **body}) if isinstance(body, dict) else body

    @property
    def response(self) -> Any:
        """The body of the response, with `***` for secrets; a string says why a body is not shown."""
        return masked(_shown(self._received))

    def to_dict(self) -> dict[str, Any]:
        """Return what is known of the call, without secrets."""
        shown = attrs.asdict(self, filter=lambda attribute, _: not attribute.name.startswith("_"))
        return {**shown, "request": self.request, "response": self.response}


class CallLog(Sequence[CallRecord]):
    """The newest calls, newest last; safe to use from any thread."""

    def __init__(self) -> None:
        self._records: deque[CallRecord] = deque(maxlen=MAX_CALLS)
        self._count = 0
        self._lock = threading.Lock()

    def to(self, operation: str) -> list[CallRecord]:
        """Return the calls of an operation, newest last."""
        return [record for record in self if record.operation == operation]

    def add(self, *, sent: bytes, received: bytes, **known: Any) -> None:
        """Add a call."""
        with self._lock:
            self._count += 1
            self._records.append(CallRecord(number=self._count, sent=_kept(sent), received=_kept(received), **known))

    def clear(self) -> None:
        """Remove all calls."""
        with self._lock:
            self._records.clear()
            self._count = 0

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[CallRecord]:
        with self._lock:
            return iter(list(self._records))

    @overload
    def __getitem__(self, index: int) -> CallRecord: ...
    @overload
    def __getitem__(self, index: slice) -> list[CallRecord]: ...
    def __getitem__(self, index: int | slice) -> CallRecord | list[CallRecord]:
        return list(self)[index]

    def __repr__(self) -> str:
        return f"CallLog({list(self)!r})"


def masked(value: Any) -> Any:
    """Copy JSON with `***` for the values of all fields that some endpoint declares secret."""
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return {name: _MASK if name in secret_names() and inner else masked(inner) for name, inner in entries.items()}
    if isinstance(value, list):
        return [masked(item) for item in cast("list[Any]", value)]
    return value


@cache
def secret_names() -> frozenset[str]:
    """Return the JSON names of all secret fields of requests and responses."""
    roots = (cls for endpoint in endpoints().values() for cls in (endpoint.request, endpoint.response))
    models = {model for root in roots for model in models_of(root)}
    return frozenset(field.wire_name for model in models for field in fields_of(model) if field.sensitive)


def _kept(body: bytes) -> bytes | str:
    return body if len(body) <= _MAX_BODY else f"({len(body)} bytes)"


def _takes_form(operation: str) -> bool:
    endpoint = endpoints().get(operation)
    return endpoint is None or endpoint.body is Body.FORM  # as browsers send


def _shown(body: bytes | str, *, is_form: bool = False) -> Any:
    """Read a body. Only named values can be masked, so nothing else is shown."""
    if isinstance(body, str) or not body.strip():
        return body if isinstance(body, str) else {}
    if is_form:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return "(not JSON)"
    return cast("dict[str, Any]", found) if isinstance(found, dict) else "(not a JSON object)"
