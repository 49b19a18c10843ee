"""The emulator's service by itself: one project in memory, called without a socket, a thread or a client."""

import base64
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Self

from stytch_b2b_async.emulator import Message, ProjectSettings
from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.codec import HTTPResponse
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import all_routes
from stytch_b2b_async.emulator.service import Service
from stytch_b2b_async.wire.incoming import HTTPRequest

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


class PureAPI:
    """A service whose time stands still."""

    def __init__(self, settings: ProjectSettings | None = None, *, allow_remote: bool = False, db: str = ":memory:") -> None:
        self.project = Project.open(None, None, db=db, settings=settings or ProjectSettings(), clock=Clock(lambda: MOMENT))
        self.service = Service(self.project, all_routes(), allow_remote=allow_remote)
        credentials = f"{self.project.project_id}:{self.project.secret}"
        self.headers = {
            "host": "127.0.0.1",
            "authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}",
            "content-type": "application/json",
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.project.store.close()

    def send(self, method: str, path: str, body: bytes = b"", query: str = "", /, **headers: str) -> HTTPResponse:
        """Send anything; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.service.answer(HTTPRequest(method, path, query, {**self.headers, **named}, body))

    def call(self, method: str, path: str, body: object = None, query: str = "", /, **headers: str) -> tuple[int, dict[str, Any]]:
        """Send JSON, and read the response."""
        sent = b"" if body is None else json.dumps(body).encode()
        response = self.send(method, path, sent, query, **headers)
        return response.status, json.loads(response.body)

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Post what must succeed."""
        status, found = self.call("POST", f"/v1/b2b/{path}", body)
        assert 200 == status, found
        return found

    def snapshot(self) -> tuple[bytes, list[Message]]:
        """Remember the state."""
        return self.connection.serialize(), list(self.project.outbox)

    def restore(self, snapshot: tuple[bytes, list[Message]]) -> None:
        """Go back to a state."""
        with closing(sqlite3.connect(":memory:")) as saved:
            saved.deserialize(snapshot[0])  # not on a connection in use: prepared statements with json_each can crash then
            saved.backup(self.connection)
        self.project.outbox.clear()
        for message in snapshot[1]:
            self.project.outbox.add(message)

    @property
    def connection(self) -> sqlite3.Connection:
        """The database's own connection."""
        return self.project.store._connection  # to look at what no call shows
