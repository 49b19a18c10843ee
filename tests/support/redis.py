"""A Redis on this machine, for the tests of one process."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest
import redis

PASSWORD = "PLANTED-password-of-a-redis"


@attrs.frozen
class RedisServer:
    """A running Redis."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    @property
    def client(self) -> "redis.Redis":
        return redis.Redis(port=self.port, password=PASSWORD, decode_responses=True)


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """Run a Redis that keeps nothing; skip the test if none is installed."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"port": port, "bind": "127.0.0.1", "dir": folder, "requirepass": PASSWORD, "appendonly": "no"}
    command = [program, *(word for name, value in options.items() for word in (f"--{name}", str(value))), "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  # ours
    try:
        server = RedisServer(port, process)
        _wait_for(server)
        yield server
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(server: RedisServer) -> None:
    until = time.monotonic() + 10
    with server.client as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return
