"""Rotation of the keys that sign session JWTs and other tokens."""

from collections.abc import Mapping
from typing import Any

from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.wire.incoming import HTTPRequest


def rotate(project: Project, _: HTTPRequest) -> Mapping[str, Any]:
    """Sign with a new key from now on; the old one stays published for a month."""
    return {"kid": project.signing_keys.rotate().key_id}
