"""The job of Ray that a worker belongs to."""

import sys
from typing import Any, cast
from uuid import uuid4

_HEAD = "node:__internal_head__"


def session_id() -> str:
    """Return an id that all workers of a job share, those that replace killed ones too; outside of Ray, a new one."""
    ray = cast("Any", sys.modules.get("ray"))  # which has imported this
    if ray is None or not ray.is_initialized():
        return uuid4().hex
    # Each cluster counts its jobs from 1, so that the id of a job alone is not unique.
    cluster = next((str(node["NodeID"]) for node in ray.nodes() if _HEAD in node["Resources"]), "")
    return f"{cluster}:{ray.get_runtime_context().get_job_id()}"
