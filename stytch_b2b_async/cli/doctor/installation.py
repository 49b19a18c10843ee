"""Versions, extras, and how calls are sent."""

import importlib.metadata
import platform
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

from stytch_b2b_async._version import __version__
from stytch_b2b_async.transport.aiohttp_internals import path

from .finding import Finding, passed, warned

EXTRAS: Final = {
    "batch": "zstandard",
    "cli": "rich",
    "django": "django",
    "emulator": "zxcvbn",
    "fastapi": "fastapi",
    "flask": "flask",
    "litestar": "litestar",
    "otel": "opentelemetry",
    "parquet": "pyarrow",
    "quart": "quart",
    "ray": "ray",
    "redis": "redis",
    "speed": "uvloop",
    "starlette": "starlette",
    "webhooks": "standardwebhooks",
}
"""A module that each extra brings."""


def installation() -> Iterator[Finding]:
    """Report the versions that matter."""
    yield passed(
        "versions", f"stytch-b2b-async {__version__}, Python {platform.python_version()}, {_versions('aiohttp', 'msgspec')}"
    )
    installed = [name for name, module in EXTRAS.items() if find_spec(module) is not None]
    yield passed("extras", ", ".join(installed) or "none")
    way = path(wanted=True)
    yield (passed if way.fast else warned)("transport", str(way))


def _versions(*packages: str) -> str:
    return ", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages)
