"""Each endpoint, called through the command line."""

import json
from typing import Any

import attrs
import pytest
from support.arguments import arguments

from stytch_b2b_async.catalog import EndpointInfo, endpoints
from stytch_b2b_async.cli.call import send
from stytch_b2b_async.client import Client
from stytch_b2b_async.config import Config
from stytch_b2b_async.schema import ListOf, ObjectOf, Scalar, Shape, fields_of
from stytch_b2b_async.wire import Call, Reply, encode

from .conftest import Run

OPERATIONS = list(endpoints())


def as_options(name: str, shape: Shape, value: Any) -> list[str]:
    match shape:
        case Scalar(type="boolean"):
            return [f"--{name}" if value else f"--no-{name}"]
        case Scalar():
            return [f"--{name}={value}"]
        case ListOf():
            return [f"--{name}={item if isinstance(item, str) else json.dumps(item)}" for item in value]
        case _:
            return [f"--{name}={json.dumps(value)}"]


def options(endpoint: EndpointInfo, given: dict[str, Any]) -> list[str]:
    """Write arguments as options."""
    written: list[str] = []
    for parameter in endpoint.parameters:
        name, value = parameter.name.replace("_", "-"), given[parameter.name]
        if isinstance(parameter.shape, ObjectOf) and name in {"query", "authorization"}:
            taken = {other.name for other in endpoint.parameters}
            for field in fields_of(parameter.shape.model):
                dotted = name == "query" or field.name in taken
                option = f"{name}." * dotted + field.name.replace("_", "-")
                written += as_options(option, field.shape, value[field.name])
        else:
            written += as_options(name, parameter.shape, value)
    return written


@attrs.define
class Recorder:
    """A transport that keeps what it is given."""

    sent: list[Call] = attrs.field(factory=list[Call])

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        self.sent.append(call)
        return Reply(400, {}, b'{"status_code": 400, "error_type": "recorded"}')


@pytest.mark.parametrize("operation", OPERATIONS)
def test_options_make_the_request(operation: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command sends for all parameters is what a client sends for them, byte by byte."""
    endpoint, recorder = endpoints()[operation], Recorder()
    monkeypatch.setattr(send, "open_client", lambda _: Client(transport=recorder))
    given = arguments(endpoint.request)
    ran = run("call", operation, *options(endpoint, given))
    assert [encode(endpoint.request(**given), Config.resolve(None, None, None, None))] == recorder.sent, ran
    assert (1, "stytch-b2b: 400 recorded\n") == (ran.status, ran.err.splitlines(keepends=True)[-1])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_emulator_answers(operation: str, run: Run) -> None:
    """Each command reaches the route that it names."""
    endpoint = endpoints()[operation]
    ran = run("call", operation, "--json", json.dumps(arguments(endpoint.request, optional=False)))
    assert ran.status in {0, 1}, ran
    assert "route_not_found" not in ran.err
    assert "Traceback" not in ran.err
    if ran.status == 0:
        assert 200 <= json.loads(ran.out)["status_code"] < 300


@pytest.mark.parametrize("operation", OPERATIONS)
def test_help_describes_each_parameter(operation: str, run: Run) -> None:
    endpoint = endpoints()[operation]
    ran = run("call", operation, "--help")
    assert 0 == ran.status
    for parameter in endpoint.parameters:
        if not isinstance(parameter.shape, ObjectOf):
            assert f"--{parameter.name.replace('_', '-')}" in ran.out
    assert endpoint.path in " ".join(ran.out.split())
