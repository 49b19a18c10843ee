"""A WSGI application in gunicorn, whose workers are processes of their own."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from web.app import Setup
from web.bridge import bridge
from web.sockets import SocketDriver

from stytch_b2b_async.testing import FakeStytch

STAGE = "STAGE_OF_THE_TABLE"
"""The environment variable by which an application learns what to build: see gunicorn_apps.py."""


@contextmanager
def served_by_gunicorn(application: str, fake: FakeStytch, setup: Setup, *, threads: int = 1) -> Iterator[SocketDriver]:
    """Serve the application that a function of gunicorn_apps.py returns; more threads than one take another kind of worker."""
    with bridge(fake, setup.events) as url, socket.create_server(("127.0.0.1", 0)) as listening:
        stage = {
            "setup": setup.name,
            "project_id": fake.project_id,
            "secret": fake.secret,
            "base_url": url,
            "key": fake._backend.public_key.to_dict(),
        }
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), STAGE: json.dumps(stage)}
        limits = (
            "--limit-request-field_size",
            "65535",
            "--graceful-timeout",
            "1",
            "--log-level",
            "critical",
        )
        process = subprocess.Popen(  # noqa: S603  # ours
            [
                *(sys.executable, "-m", "gunicorn", *limits),
                *("--bind", f"fd://{listening.fileno()}", "--workers", "1", "--threads", str(threads), "--timeout", "20"),
                f"integrations.gunicorn_apps:{application}()",
            ],
            env=environment,
            pass_fds=[listening.fileno()],
        )
        try:
            driver = SocketDriver(listening.getsockname()[1], has_websockets=False)
            assert 200 == driver.send("GET", "/health").status  # once the worker has started
            yield driver
        finally:
            process.terminate()
            process.wait(10)
