"""The state: reset, export and import."""

from collections.abc import Mapping
from typing import Any

from stytch_b2b_async.emulator.codec import read_object
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.wire.incoming import HTTPRequest


def reset(project: Project, _: HTTPRequest) -> Mapping[str, Any]:
    """Return to the start: nothing but the seed, credentials and signing keys, and the source's time."""
    project.reset()
    return {"status": "ok"}


def export(project: Project, _: HTTPRequest) -> Mapping[str, Any]:
    """Export the whole state, without credentials."""
    return project.export()


def load(project: Project, request: HTTPRequest) -> Mapping[str, Any]:
    """Replace the whole state by an exported one."""
    project.load(read_object(request))
    return {"status": "ok"}
