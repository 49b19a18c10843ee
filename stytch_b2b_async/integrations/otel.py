"""OpenTelemetry: a span and a duration measurement per call. Needs `stytch-b2b-async[otel]`.

They follow the semantic conventions for HTTP clients, with the whole call as the operation: retried attempts are events of its
span. `url.template` replaces `url.full`, because paths contain ids. No context is propagated to Stytch, which would not use it.
"""

from contextvars import Token
from functools import lru_cache
from urllib.parse import urlsplit

import attrs

from stytch_b2b_async._version import __version__
from stytch_b2b_async.hooks import Attempt, CallEnd, CallStart, Hooks

try:
    from opentelemetry import context, metrics, trace
except ModuleNotFoundError as _missing:
    _message = "telemetry needs opentelemetry-api: pip install 'stytch-b2b-async[otel]'"
    raise ImportError(_message, name=_missing.name) from None

NAME = "stytch_b2b_async"
"""The instrumentation scope."""

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
"""Bucket boundaries in seconds, as the conventions recommend."""


def otel_hooks(
    *, tracer_provider: trace.TracerProvider | None = None, meter_provider: metrics.MeterProvider | None = None
) -> Hooks:
    """Create hooks that trace and measure calls, with the global providers by default.

    `Client(…, hooks=otel_hooks())`; with your own hooks, `Hooks.combine(own, otel_hooks())`. The span is current during its call.
    The same hooks may serve several clients.
    """
    telemetry = _Telemetry(
        trace.get_tracer(NAME, __version__, tracer_provider),
        metrics.get_meter(NAME, __version__, meter_provider).create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=BUCKETS,
        ),
    )
    return Hooks(on_start=telemetry.start, on_attempt=telemetry.attempt, on_call=telemetry.end)


@attrs.frozen
class _Open:
    """A call in progress."""

    span: trace.Span
    token: Token[context.Context]
    shared: dict[str, str | int]
    """Attributes of both the span and the measurement."""


@attrs.frozen(eq=False)
class _Telemetry:
    tracer: trace.Tracer
    duration: metrics.Histogram
    calls: dict[int, _Open] = attrs.field(factory=dict[int, _Open])

    def start(self, begun: CallStart) -> None:
        address, port = _server(begun.base_url)
        shared: dict[str, str | int] = {
            "http.request.method": begun.method,
            "server.address": address,
            "server.port": port,
            "url.template": begun.route,
        }
        span = self.tracer.start_span(
            f"{begun.method} {begun.route}",
            kind=trace.SpanKind.CLIENT,
            attributes={**shared, "stytch.operation": begun.operation},
        )
        self.calls[begun.call_id] = _Open(span, context.attach(trace.set_span_in_context(span)), shared)

    def attempt(self, ended: Attempt) -> None:
        call = self.calls.get(ended.call_id)
        if call is None or ended.wait is None:
            return  # the span itself reports the last attempt
        fate = {**_fate(ended), "stytch.attempt": ended.number, "stytch.wait": ended.wait}
        call.span.add_event("stytch.attempt", fate)

    def end(self, ended: CallEnd) -> None:
        call = self.calls.pop(ended.call_id, None)
        if call is None:
            return
        if trace.get_current_span() is call.span:  # a coroutine that is garbage-collected ends in another context
            context.detach(call.token)
        outcome = _outcome(ended)
        self.duration.record(ended.elapsed, {**call.shared, **outcome}, trace.set_span_in_context(call.span))
        call.span.set_attributes(_fate(ended))
        if ended.attempts > 1:
            call.span.set_attribute("http.request.resend_count", ended.attempts - 1)
        if "error.type" in outcome:
            call.span.set_status(trace.StatusCode.ERROR)
        call.span.end()


def _outcome(value: Attempt | CallEnd) -> dict[str, str | int]:
    """Return the low-cardinality attributes of the outcome: `error.type` is the error status, or else the exception's name."""
    attributes: dict[str, str | int] = {} if value.status_code is None else {"http.response.status_code": value.status_code}
    if value.error_type is not None:
        refused = value.status_code is not None and not 200 <= value.status_code < 300  # noqa: PLR2004  # HTTP's own bounds
        attributes["error.type"] = str(value.status_code) if refused else value.error_type
    return attributes


def _fate(value: Attempt | CallEnd) -> dict[str, str | int | float]:
    """Return all attributes of the outcome, for the span."""
    own = {"stytch.error_type": value.error_type, "stytch.request_id": value.request_id}
    return {**_outcome(value), **{name: value for name, value in own.items() if value is not None}}


@lru_cache(maxsize=64)
def _server(base_url: str) -> tuple[str, int]:
    parts = urlsplit(base_url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
