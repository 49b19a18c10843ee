"""The log of calls."""

from collections.abc import Mapping
from typing import Any

from stytch_b2b_async.emulator.codec import read_query
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.wire.incoming import HTTPRequest


def show(project: Project, request: HTTPRequest) -> Mapping[str, Any]:
    """List the newest calls, newest last; with `?operation=`, those of an operation."""
    operation = read_query(request).get("operation")
    calls = list(project.calls) if operation is None else project.calls.to(operation)
    return {"calls": [call.to_dict() for call in calls]}
