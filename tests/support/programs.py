"""Run programs in their own process."""

import os
import re
import subprocess
import sys
import textwrap

import pytest

from stytch_b2b_async.api.passwords.email import RequireReset

REQUEST = RequireReset(email_address="ada@example.com")


HEAD = """
import asyncio, atexit, gc, multiprocessing, os, signal, sys, threading, warnings
from stytch_b2b_async import BlockingClient, Client
from stytch_b2b_async.api.passwords.email import RequireReset

url = sys.argv[1]
request = RequireReset(email_address="ada@example.com")

def awaited():
    return Client("project-test-1", "secret-test-1", base_url=url)

def blocking():
    return BlockingClient("project-test-1", "secret-test-1", base_url=url)
"""


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")


def shown(script: str, url: str, *, code: int = 0) -> tuple[str, str]:
    """Run a program in Python's development mode, within a bound that only a hang reaches; tell what it printed and complained."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-X", "dev", "-W", "default", "-c", HEAD + textwrap.dedent(script), url],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert code == done.returncode, done.stderr
    return done.stdout, done.stderr


def complaints(errors: str) -> list[str]:
    """List what a program complained of, a line each, but for advice and for how slow this machine was."""
    errors = re.sub(r"(Warning: .*)\n  .*", r"\1", errors)  # since 3.13 the code that a warning is about, of `-c` too
    return [line for line in errors.splitlines() if line.strip() and not re.search(r"Enable tracemalloc|^Executing .* took", line)]
