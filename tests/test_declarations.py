"""Standard tools read every declared class, before the SDK itself has used it."""

import subprocess
import sys

import pytest

from stytch_b2b_async.catalog import endpoints

ALL = """
import gc, pkgutil, sys
from importlib import import_module
import stytch_b2b_async.api, stytch_b2b_async.models
from stytch_b2b_async import Request, Response
from stytch_b2b_async.schema import Model

def subclasses(cls):
    for direct in cls.__subclasses__():
        yield direct
        yield from subclasses(direct)

for package in (stytch_b2b_async.api, stytch_b2b_async.models):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        import_module(found.name)
gc.collect()  # attrs makes each class anew with slots: the first ones are listed as subclasses until they are collected
"""


def run(script: str) -> str:
    """Run a script in an interpreter that has used nothing of the SDK; returns what it prints."""
    ran = subprocess.run([sys.executable, "-c", ALL + script], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    assert (0, "") == (ran.returncode, ran.stderr)
    return ran.stdout


@pytest.mark.parametrize(
    "reader",
    [
        "import typing; read = typing.get_type_hints",
        "import attrs; read = lambda cls: attrs.resolve_types(cls) if attrs.has(cls) else None",
    ],
)
def test_type_hints_of_every_class(reader: str) -> None:
    """The annotations of requests, responses and their objects resolve by themselves."""
    count = run(f"{reader}\nclasses = set(subclasses(Model))\nfor cls in classes: read(cls)\nprint(len(classes))")
    assert int(count) > 300


def test_type_hints_of_every_public_name() -> None:
    """The annotations of errors and of every other public class and function resolve by themselves."""
    count = run("""
import inspect, typing
import stytch_b2b_async
named = [getattr(stytch_b2b_async, name) for name in stytch_b2b_async.__all__]
read = [value for value in named if inspect.isclass(value) or inspect.isfunction(value)]
for value in read:
    typing.get_type_hints(value)
print(len(read))
""")
    assert int(count) > 80


def test_msgspec_reads_every_response() -> None:
    """A response can be decoded, and described as a JSON schema, by msgspec alone."""
    count = run("""
import msgspec
responses = [cls for cls in set(subclasses(Response)) if not getattr(cls, "__parameters__", ())]
for cls in responses:
    msgspec.json.Decoder(cls)
    msgspec.json.schema(cls)
print(len(responses))
""")
    assert int(count) >= len({endpoint.response for endpoint in endpoints().values()})


def test_msgspec_reads_every_request() -> None:
    """A request can be decoded by msgspec alone, nested models included: a mapping that may be given instead is for editors."""
    count = run("""
import msgspec
requests = [cls for cls in set(subclasses(Request)) if "path" in vars(cls)]
for cls in requests:
    msgspec.json.Decoder(cls)
print(len(requests))
""")
    assert int(count) == 123


class TestCattrs:
    """A converter of cattrs reads every declaration, once it is told how times are written: no class can tell it that."""

    @pytest.mark.parametrize("made", ["cattrs.preconf.json.make_converter()", "with_times(cattrs.Converter())"])
    def test_every_response(self, made: str) -> None:
        """The exception has fields with other names on the wire, which cattrs does not know."""
        assert "IntrospectTokenNetworkResponse\n" == run(CATTRS + f"print(*unread({made}))")

    def test_every_request(self) -> None:
        """Requests hold no times: cattrs' global converter reads them as they are."""
        printed = run("""
import sys; sys.path.insert(0, "tests")
import cattrs
from support.arguments import arguments
from support.endpoints import ENDPOINTS
for request in ENDPOINTS.values():
    assert cattrs.structure(arguments(request), request) == request(**arguments(request))
print(len(ENDPOINTS))
""")
        assert "123\n" == printed

    def test_global_converter_reads_all_but_times(self) -> None:
        """It takes no string for a datetime, of whatever class."""
        printed = run(
            CATTRS
            + """
found = {*unread(cattrs.global_converter)}
timed = {cls.__name__ for cls in RESPONSES if "date-time" in repr([f.shape for m in models_of(cls) for f in fields_of(m)])}
print(sorted(found - timed), sorted(timed - found))
"""
        )
        assert "['IntrospectTokenNetworkResponse'] []\n" == printed


CATTRS = """
import sys; sys.path.insert(0, "tests")
from datetime import datetime
import cattrs, cattrs.errors, cattrs.preconf.json
from support.endpoints import RESPONSES
from support.replies import full, plain
from stytch_b2b_async.schema import fields_of, models_of

def with_times(converter):
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    return converter

def unread(converter):
    for cls in RESPONSES:
        try:
            read = plain(converter.structure(full(cls), cls))
        except (cattrs.BaseValidationError, cattrs.errors.StructureHandlerNotFoundError):
            yield cls.__name__
        else:
            if read != full(cls):
                yield cls.__name__
"""
