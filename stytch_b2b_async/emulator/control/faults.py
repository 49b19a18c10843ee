"""Faults on demand."""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from stytch_b2b_async.emulator.codec import read_object, read_query
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.faults import Fault
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.wire.incoming import HTTPRequest

_SETTINGS: Final = [attribute.name for attribute in attrs.fields(Fault) if attribute.init]


def show(project: Project, _: HTTPRequest) -> Mapping[str, Any]:
    """List all faults, with how often each has happened."""
    return {"faults": [fault.to_dict() for fault in project.faults]}


def add(project: Project, request: HTTPRequest) -> Mapping[str, Any]:
    """Add a fault."""
    body = read_object(request)
    for name in body:
        if name not in _SETTINGS:
            raise EmulatedError("bad_request", f"Unknown field; a fault has {', '.join(_SETTINGS)}.")
    try:
        return project.faults.add(**body).to_dict()
    except ValueError as error:
        raise EmulatedError("bad_request", f"{error}.") from None


def remove(project: Project, request: HTTPRequest) -> Mapping[str, Any]:
    """Remove the fault `?fault_id=`, or all faults."""
    fault_id = read_query(request).get("fault_id")
    try:
        if fault_id is None:
            project.faults.clear()
        else:
            project.faults.remove(fault_id)
    except LookupError:
        raise missing("fault") from None
    return {"status": "ok"}
