"""What importing an adapter imports."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

FRAMEWORKS = {"aiohttp.web", "django", "fastapi", "flask", "litestar", "quart", "starlette"}
ADAPTERS = {
    "aiohttp": {"aiohttp.web"},
    "fastapi": {"fastapi", "starlette"},
    "flask": {"flask"},
    "litestar": {"litestar"},
    "quart": {"flask", "quart"},
    "starlette": {"starlette"},
}
"""Adapter → the frameworks that it imports; FastAPI is built on Starlette, and Quart on Flask."""


def run(program: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  # ours


@pytest.mark.parametrize(("adapter", "expected"), ADAPTERS.items())
def test_an_adapter_imports_no_other_framework(adapter: str, expected: Sequence[str]) -> None:
    module = f"stytch_b2b_async.integrations.{adapter}"
    ran = run(f"import sys, {module}; print(*({FRAMEWORKS!r} & sys.modules.keys()))")
    assert set(expected) == set(ran.stdout.split()), ran.stderr


@pytest.mark.parametrize("adapter", sorted(ADAPTERS.keys() - {"aiohttp"}))
def test_an_absent_framework_names_the_extra(adapter: str) -> None:
    ran = run(f"import sys; sys.modules['{adapter}'] = None; import stytch_b2b_async.integrations.{adapter}")
    assert f"pip install 'stytch-b2b-async[{adapter}]'" in ran.stderr.splitlines()[-1]
