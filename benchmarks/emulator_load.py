"""How many calls the emulator answers per second of its CPU time, and what its start takes: `python benchmarks/emulator_load.py`.

Requests are encoded beforehand and sent over one connection that stays open, from another process than the emulator's. CPU time is
that of the emulator's process, so that other programs on the machine do not count. Linux only: it reads /proc.
"""

import argparse
import base64
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import attrs

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PASSWORD: Final = "wobbly-teapot-orbits-47"  # noqa: S105  # made up


@attrs.frozen
class Server:
    """An emulator in a process of its own."""

    process: "subprocess.Popen[str]"
    port: int
    credentials: str

    def cpu(self) -> float:
        """Return the seconds of CPU time that the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


class Connection:
    """A connection that stays open."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._socket = socket.create_connection(("127.0.0.1", server.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def encoded(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        """Encode a request."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {self._server.credentials}\r\n"
        kind = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n" if content else ""
        return f"{head}{kind}\r\n".encode() + content

    def exchange(self, request: bytes) -> bytes:
        """Send a request, and return the body of a response with status 200."""
        self._socket.sendall(request)
        received = self._socket.recv(65_536)
        head, _, body = received.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(received.decode())
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self._socket.recv(65_536)
        return body

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Make a call."""
        found: dict[str, Any] = json.loads(self.exchange(self.encoded("POST", f"/v1/b2b/{path}", body)))
        return found


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000, help="calls of each round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="of which the best counts (default: %(default)s)")
    parser.add_argument("--db", default=":memory:", help="where the emulator keeps its state (default: in memory)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        starts = [_start(folder) for _ in range(given.rounds + 1)][1:]  # the first one compiles
        print(f"start, until the first answer: {min(starts):.2f} s of CPU time; at worst {max(starts):.2f}")
        with started(given.db, folder) as (server, _):
            _measure(server, given.calls, given.rounds)


def _start(folder: str) -> float:
    with started(":memory:", folder) as (_, cpu):
        return cpu


def _measure(server: Server, calls: int, rounds: int) -> None:
    """Print calls per second of CPU time: of the best round, and of all."""
    with closing(Connection(server)) as connection:
        for name, requests in workloads(connection).items():
            taken: list[float] = []
            for _ in range(rounds):
                before = server.cpu()
                for index in range(calls):
                    connection.exchange(requests[index % len(requests)])
                taken.append((server.cpu() - before) / calls)
            print(f"{name:<48}{1 / min(taken):>7,.0f} calls per second of CPU time; in all {rounds / sum(taken):,.0f}")


@contextmanager
def started(db: str, folder: str) -> Iterator[tuple[Server, float]]:
    """Start an emulator; yield it with the CPU time until it answers."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as installed packages, it has its bytecode
    command = [sys.executable, "-m", "stytch_b2b_async.emulator", "--quiet", "--port", "0", "--db", db]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            said = [next(process.stdout) for _ in range(5)]
            values = dict(line.removeprefix("export ").strip().split("=", 1) for line in said if "=" in line)
            credentials = f"{values['STYTCH_PROJECT_ID']}:{values['STYTCH_SECRET']}"
            port = int(values["STYTCH_BASE_URL"].rpartition(":")[2])
            server = Server(process, port, base64.b64encode(credentials.encode()).decode())
            with closing(Connection(server)) as connection:
                connection.exchange(connection.encoded("GET", "/_emulator/health"))
            yield server, server.cpu()
        finally:
            process.terminate()


def workloads(connection: Connection) -> dict[str, list[bytes]]:
    """Fill the project; return the requests of each kind."""
    organization_id = connection.post("organizations", organization_name="Acme")["organization"]["organization_id"]
    sessions = [_session(connection, organization_id, f"member-{number}@example.com") for number in range(1_000)]
    member_id, token = sessions[0]
    organization = f"/v1/b2b/organizations/{organization_id}"
    encoded: Callable[..., bytes] = connection.encoded
    return {
        "sessions.authenticate, one session": [encoded("POST", "/v1/b2b/sessions/authenticate", {"session_token": token})],
        "sessions.authenticate, a thousand sessions": [
            encoded("POST", "/v1/b2b/sessions/authenticate", {"session_token": each}) for _, each in sessions
        ],
        "organizations.get": [encoded("GET", organization)],
        "organizations.members.get": [encoded("GET", f"{organization}/member?member_id={member_id}")],
        "organizations.members.update": [
            encoded("PUT", f"{organization}/members/{member_id}", {"name": f"Ada {n}"}) for n in (1, 2)
        ],
        "organizations.members.search, ten of a thousand": [
            encoded("POST", "/v1/b2b/organizations/members/search", {"organization_ids": [organization_id], "limit": 10})
        ],
    }


def _session(connection: Connection, organization_id: str, email: str) -> tuple[str, str]:
    body = {"email_address": email, "organization": organization_id}
    made: dict[str, Any] = json.loads(connection.exchange(connection.encoded("POST", "/_emulator/logins", body)))
    return str(made["member"]["member_id"]), str(made["session_token"])


if __name__ == "__main__":
    main()
