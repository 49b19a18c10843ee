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


def test_cattrs_structures_a_response() -> None:
    """A response can be structured by cattrs' own JSON converter."""
    printed = run("""
from cattrs.preconf.json import make_converter
from stytch_b2b_async.api.passwords import StrengthCheckResponse
plain = {"request_id": "request-id-test-1", "status_code": 200, "valid_password": True, "score": 4, "breached_password": False,
         "strength_policy": "zxcvbn", "breach_detection_on_create": True}
print(make_converter().structure(plain, StrengthCheckResponse).score)
""")
    assert printed == "4\n"
