"""Telemetry follows the conventions for HTTP clients; met here is the SDK of OpenTelemetry itself, exporting to memory."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader, Metric
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from support.http_servers import PROJECT_ID, SECRET, Answer, Scripted, failed, ok, serving

from stytch_b2b_async import APIConnectionError, BlockingClient, Client, StytchError
from stytch_b2b_async.api.organizations.members import Get
from stytch_b2b_async.api.passwords.email import RequireReset
from stytch_b2b_async.integrations.otel import BUCKETS, otel_hooks
from stytch_b2b_async.runtime import retry

REQUEST = RequireReset(email_address="ada@example.com")
ROUTE = "/v1/b2b/passwords/email/require_reset"
WHERE = {"http.request.method": "POST", "server.address": "test.stytch.com", "server.port": 443, "url.template": ROUTE}


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "INITIAL_BACKOFF", 0.002)


class Telemetry:
    """Providers that keep what they are given."""

    def __init__(self) -> None:
        self._spans, self._metrics = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self.hooks = otel_hooks(tracer_provider=self.tracers, meter_provider=MeterProvider([self._metrics], shutdown_on_exit=False))

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._spans.get_finished_spans()

    @property
    def span(self) -> ReadableSpan:
        (span,) = self.spans
        return span

    @property
    def metric(self) -> Metric:
        data = self._metrics.get_metrics_data()
        assert data is not None
        (metric,) = data.resource_metrics[0].scope_metrics[0].metrics
        return metric

    @property
    def points(self) -> list[HistogramDataPoint]:
        return [point for point in self.metric.data.data_points if isinstance(point, HistogramDataPoint)]


def said(holder: Any) -> dict[str, Any]:
    return dict(holder.attributes or {})


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry()


async def call(telemetry: Telemetry, *steps: Answer | Exception, **options: Any) -> None:
    async with Client(PROJECT_ID, SECRET, transport=Scripted(*steps), hooks=telemetry.hooks, **options) as client:
        await client.send(REQUEST)


class TestSpans:
    async def test_a_call_is_one_span_of_a_client(self, telemetry: Telemetry) -> None:
        await call(telemetry, ok())
        assert (f"POST {ROUTE}", SpanKind.CLIENT) == (telemetry.span.name, telemetry.span.kind)
        assert {
            **WHERE,
            "http.response.status_code": 200,
            "stytch.operation": "passwords.email.require_reset",
            "stytch.request_id": "request-id-test-1",
        } == said(telemetry.span)
        assert (StatusCode.UNSET, ()) == (telemetry.span.status.status_code, tuple(telemetry.span.events))

    async def test_its_scope_is_this_package(self, telemetry: Telemetry) -> None:
        await call(telemetry, ok())
        assert telemetry.span.instrumentation_scope is not None
        assert "stytch_b2b_async" == telemetry.span.instrumentation_scope.name

    async def test_retries_as_events(self, telemetry: Telemetry) -> None:
        """Attempts that were repeated are counted and told as events."""
        await call(telemetry, failed(503, Retry_After="0"), APIConnectionError("lost"), ok())
        assert 2 == said(telemetry.span)["http.request.resend_count"]
        assert ["stytch.attempt"] * 2 == [event.name for event in telemetry.span.events]
        first, second = map(said, telemetry.span.events)
        assert {
            "http.response.status_code": 503,
            "error.type": "503",
            "stytch.error_type": "made_up",
            "stytch.request_id": "request-id-test-2",
            "stytch.attempt": 1,
            "stytch.wait": 0.0,
        } == first
        assert ("APIConnectionError", 2) == (second["error.type"], second["stytch.attempt"])
        assert StatusCode.UNSET is telemetry.span.status.status_code

    @pytest.mark.parametrize(
        ("outcome", "expected"),
        [
            (
                failed(404, "member_not_found"),
                {"error.type": "404", "http.response.status_code": 404, "stytch.error_type": "member_not_found"},
            ),
            (Answer(b"<html>"), {"error.type": "DecodeError", "http.response.status_code": 200}),
            (APIConnectionError("lost"), {"error.type": "APIConnectionError", "http.response.status_code": None}),
        ],
        ids=["refused", "no JSON", "lost"],
    )
    async def test_a_failure_is_an_error_of_its_type(
        self, telemetry: Telemetry, outcome: Answer | Exception, expected: dict[str, object]
    ) -> None:
        with pytest.raises(StytchError):
            await call(telemetry, outcome, max_attempts=1)
        assert StatusCode.ERROR is telemetry.span.status.status_code
        assert expected == {name: said(telemetry.span).get(name) for name in expected}

    async def test_a_call_given_up_ends_its_span(self, telemetry: Telemetry) -> None:
        asked = asyncio.Event()

        class Silent:
            async def send(self, *_: object, **__: object) -> Any:
                asked.set()
                await asyncio.Event().wait()

        async with Client(PROJECT_ID, SECRET, transport=Silent(), hooks=telemetry.hooks) as client:
            under_way = asyncio.create_task(client.send(REQUEST))
            await asked.wait()
            under_way.cancel()
            with pytest.raises(asyncio.CancelledError):
                await under_way
        assert "CancelledError" == said(telemetry.span)["error.type"]

    async def test_no_id_is_in_a_span_s_name_or_attributes(self, telemetry: Telemetry) -> None:
        async with Client(PROJECT_ID, SECRET, transport=Scripted(ok()), hooks=telemetry.hooks) as client:
            await client.send(Get(organization_id="organization-of-mine", member_id="member-of-mine"))
        assert "of-mine" not in telemetry.span.to_json()

    async def test_server_address_and_port(self, telemetry: Telemetry) -> None:
        """A server on this machine is named with its port."""
        async with serving(ok()) as server, Client(PROJECT_ID, SECRET, base_url=server.url, hooks=telemetry.hooks) as client:
            await client.send(REQUEST)
        named = said(telemetry.span)
        assert server.url == f"http://{named['server.address']}:{named['server.port']}"
        assert {"Traceparent", "Tracestate", "Baggage"}.isdisjoint(server.seen[0].headers)


class TestContext:
    async def test_parent_span(self, telemetry: Telemetry) -> None:
        """A span is the child of what its caller was at."""
        with telemetry.tracers.get_tracer("a program").start_as_current_span("a login") as parent:
            await call(telemetry, ok())
            assert trace.get_current_span() is parent
        assert telemetry.spans[0].parent == parent.get_span_context()

    def test_so_is_a_blocking_call_s(self, telemetry: Telemetry) -> None:
        """It runs in another thread."""
        with (
            BlockingClient(PROJECT_ID, SECRET, transport=Scripted(ok()), hooks=telemetry.hooks) as client,
            telemetry.tracers.get_tracer("a program").start_as_current_span("a login") as parent,
        ):
            client.send(REQUEST)
        assert telemetry.spans[0].parent == parent.get_span_context()

    async def test_it_is_current_while_the_call_lasts(self, telemetry: Telemetry) -> None:
        current: list[trace.Span] = []

        class Noting(Scripted):
            async def send(self, *args: Any, **kwargs: Any) -> Any:
                current.append(trace.get_current_span())
                return await super().send(*args, **kwargs)

        before = context.get_current()
        async with Client(PROJECT_ID, SECRET, transport=Noting(ok()), hooks=telemetry.hooks) as client:
            await client.send(REQUEST)
        assert [telemetry.span.get_span_context()] == [span.get_span_context() for span in current]
        assert before == context.get_current()

    async def test_concurrent_spans(self, telemetry: Telemetry) -> None:
        """Calls at once do not become one another's children."""
        async with Client(PROJECT_ID, SECRET, transport=Scripted(ok()), hooks=telemetry.hooks) as client:
            await asyncio.gather(*(client.send(REQUEST) for _ in range(10)))
        assert [None] * 10 == [span.parent for span in telemetry.spans]

    async def test_dropped_coroutine(self, telemetry: Telemetry, caplog: pytest.LogCaptureFixture) -> None:
        """A coroutine dropped in another context ends its span without noise."""

        class Silent:
            async def send(self, *_: object, **__: object) -> Any:
                await asyncio.Event().wait()

        under_way = Client(PROJECT_ID, SECRET, transport=Silent(), hooks=telemetry.hooks).send(REQUEST)

        async def begin() -> None:
            under_way.send(None)

        await asyncio.create_task(begin())
        under_way.close()
        assert "GeneratorExit" == said(telemetry.span)["error.type"]
        assert [] == caplog.records


class TestMeasurements:
    async def test_duration_metric(self, telemetry: Telemetry) -> None:
        """A call is measured in seconds with the advised buckets."""
        await call(telemetry, ok())
        metric = telemetry.metric
        assert ("http.client.request.duration", "s") == (metric.name, metric.unit)
        (point,) = telemetry.points
        assert (1, BUCKETS) == (point.count, tuple(point.explicit_bounds))
        assert 0 < point.sum < 5
        assert {**WHERE, "http.response.status_code": 200} == said(point)

    async def test_its_attributes_are_few_words(self, telemetry: Telemetry) -> None:
        """Each new combination is a time series that somebody pays for."""
        for number in range(5):
            with pytest.raises(StytchError):
                await call(telemetry, failed(400, f"reason_{number}"))
        (point,) = telemetry.points
        assert 5 == point.count
        assert {**WHERE, "http.response.status_code": 400, "error.type": "400"} == said(point)


async def test_a_tracer_that_breaks_breaks_no_call(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(trace.NoOpTracerProvider):
        def get_tracer(self, *_: Any, **__: Any) -> Any:
            return object()

    async with Client(PROJECT_ID, SECRET, transport=Scripted(ok()), hooks=otel_hooks(tracer_provider=Broken())) as client:
        assert "request-id-test-1" == (await client.send(REQUEST)).request_id
    assert ["a hook raised"] == [record.message for record in caplog.records]


async def test_global_providers() -> None:
    """Without providers the global ones are used. They do nothing until a program sets them."""
    async with Client(PROJECT_ID, SECRET, transport=Scripted(ok()), hooks=otel_hooks()) as client:
        await client.send(REQUEST)


def test_missing_extra() -> None:
    """Without the extra the error says what to install."""
    script = "import sys; sys.modules['opentelemetry'] = None; import stytch_b2b_async.integrations.otel"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    assert "ImportError: telemetry needs opentelemetry-api: pip install 'stytch-b2b-async[otel]'" == done.stderr.splitlines()[-1]
    assert "ModuleNotFoundError" not in done.stderr
