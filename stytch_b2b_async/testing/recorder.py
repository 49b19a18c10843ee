"""A transport that records calls, and answers them with prepared responses or examples."""

import json
import threading
from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import attrs

from stytch_b2b_async.catalog import EndpointInfo, endpoints
from stytch_b2b_async.endpoint import Body, Response
from stytch_b2b_async.schema.declare import did_you_mean
from stytch_b2b_async.wire import Call, Reply

_JSON: Final = {"content-type": "application/json"}


@attrs.frozen
class RecordedCall:
    """A call that was recorded. Its secrets are in `body`, `query` and `call`, but not in its repr."""

    operation: str
    """Such as `passwords.authenticate`."""
    path: Mapping[str, str]
    """The parameters in the path."""
    query: Mapping[str, str] = attrs.field(repr=False)
    body: Mapping[str, Any] = attrs.field(repr=False)
    call: Call
    """As it would have been sent."""


class RecorderTransport:
    """A transport for tests without a server: `Client(project_id, secret, transport=recorder)`.

    ```python
    recorder = RecorderTransport()
    recorder.respond("organizations.get", organization=Organization.example(organization_name="Acme"))
    recorder.fail("passwords.authenticate", 401, "unauthorized_credentials")
    ```

    Other calls are answered with the example of their response; with `examples=False` they raise LookupError. Clients, threads and
    event loops can share it.
    """

    def __init__(self, *, examples: bool = True) -> None:
        self.calls: list[RecordedCall] = []
        """All calls, newest last."""
        self._examples = examples
        self._prepared: dict[str, list[_Prepared]] = {}
        self._lock = threading.Lock()

    def respond(self, operation: str, response: Response | None = None, *, times: int | None = None, **fields: Any) -> None:
        """Prepare the response of an operation, or an example of it with other `fields`.

        The newest one counts; after `times` calls, the one before it counts again. Raises ValueError for an unknown operation, and
        TypeError for a response of another one.
        """
        endpoint = _endpoint(operation)
        made = endpoint.response.example(**fields) if response is None else response
        if not isinstance(made, endpoint.response):
            raise TypeError(f"{operation} responds with {endpoint.response.__name__}, not {type(made).__name__}")
        self._prepare(operation, _Prepared(Reply(200, _JSON, made.to_json().encode()), times))

    def fail(
        self,
        operation: str,
        status: int | Exception,
        error_type: str = "internal_server_error",
        error_message: str = "",
        *,
        times: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare an error of an operation: a status with the API's `error_type`, or an exception to raise, as of the network."""
        _endpoint(operation)
        if isinstance(status, Exception):
            self._prepare(operation, _Prepared(status, times))
            return
        body = {
            "status_code": status,
            "request_id": "request-id-test-example",
            "error_type": error_type,
            "error_message": error_message or error_type.replace("_", " ").capitalize() + ".",
            "error_url": f"https://stytch.com/docs/b2b/api/errors/{status}#{error_type}",
        }
        self._prepare(operation, _Prepared(Reply(status, {**_JSON, **(headers or {})}, json.dumps(body).encode()), times))

    def to(self, operation: str) -> list[RecordedCall]:
        """Return the calls of an operation, newest last."""
        _endpoint(operation)
        return [call for call in self.calls if call.operation == operation]

    def clear(self) -> None:
        """Forget calls and prepared responses."""
        with self._lock:
            self.calls.clear()
            self._prepared.clear()

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        """Record a call and answer it."""
        recorded = recorded_call(call)
        with self._lock:
            self.calls.append(recorded)
            answer = self._next(recorded.operation)
        if answer is None and not self._examples:
            raise LookupError(f"no response is prepared for {recorded.operation}")
        if isinstance(answer, Exception):
            raise answer
        example = endpoints()[recorded.operation].response.example
        return Reply(200, _JSON, example().to_json().encode()) if answer is None else answer

    def _prepare(self, operation: str, prepared: "_Prepared") -> None:
        with self._lock:
            self._prepared.setdefault(operation, []).append(prepared)

    def _next(self, operation: str) -> Reply | Exception | None:
        waiting = self._prepared.get(operation, [])
        if not waiting:
            return None
        newest = waiting[-1]
        if newest.times is not None:
            newest.times -= 1
            if newest.times <= 0:
                waiting.pop()
        return newest.answer


@attrs.define
class _Prepared:
    answer: Reply | Exception
    times: int | None


def recorded_call(call: Call) -> RecordedCall:
    """Find out what a call asked for. Raises LookupError if it is for no endpoint."""
    url = urlsplit(call.url)
    endpoint, path = _find(call.method, url.path)
    return RecordedCall(endpoint.operation, path, dict(parse_qsl(url.query)), _body(endpoint, call), call)


def _endpoint(operation: str) -> EndpointInfo:
    found = endpoints().get(operation)
    if found is None:
        raise ValueError(f"unknown operation {operation}{did_you_mean(operation, endpoints())}")
    return found


def _find(method: str, path: str) -> tuple[EndpointInfo, dict[str, str]]:
    """Find the endpoint of a path; literal segments count more than placeholders."""
    segments = path.split("/")
    found: list[tuple[int, EndpointInfo, dict[str, str]]] = []
    for endpoint in endpoints().values():
        declared = endpoint.path.split("/")
        if endpoint.method != method or len(declared) != len(segments):
            continue
        values = {name[1:-1]: unquote(value) for name, value in zip(declared, segments, strict=True) if name.startswith("{")}
        literals = [(name, value) for name, value in zip(declared, segments, strict=True) if not name.startswith("{")]
        if all(name == value for name, value in literals):
            found.append((len(literals), endpoint, values))
    if not found:
        raise LookupError(f"no endpoint has the route {method} {path}")
    _, endpoint, values = max(found, key=lambda match: match[0])
    return endpoint, values


def _body(endpoint: EndpointInfo, call: Call) -> Mapping[str, Any]:
    if not call.body:
        return {}
    if endpoint.body is Body.FORM:
        return dict(parse_qsl(call.body.decode()))
    return cast("Mapping[str, Any]", json.loads(call.body))
