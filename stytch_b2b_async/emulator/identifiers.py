"""Generate and validate ids, tokens and codes in the API's formats."""

import base64
import hashlib
import re
import secrets
import uuid
from typing import cast

from .errors import EmulatedError

_REFERENCE = re.compile(r"[A-Za-z0-9._~|-]{1,128}")  # characters of ids, slugs and external ids
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9._|-]{1,128}")
_API_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*-(test|live)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PROJECT_ID = re.compile(r"project-(test|live)-[A-Za-z0-9-]+")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}=?")  # the API's own rule is undocumented


def new_id(kind: str, environment: str = "test") -> str:
    """Create an id such as `member-test-32fc5024-9c09-4da3-bd2e-c9ce4da9375f`."""
    return f"{kind}-{environment}-{uuid.uuid4()}"


def new_token() -> str:
    """Create a token: 44 characters of base64url."""
    return secrets.token_urlsafe(33)


def new_code() -> str:
    """Create a passcode: six digits."""
    return f"{secrets.randbelow(10**6):06}"


def new_secret(environment: str = "test") -> str:
    """Create a project's secret."""
    return f"secret-{environment}-{base64.urlsafe_b64encode(secrets.token_bytes(26)).decode()}"


def digest(token: str) -> str:
    """Hash a token; only the hash is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def environment_of(project_id: str) -> str | None:
    """Return `test` or `live`; None if it is not a project id."""
    found = _PROJECT_ID.fullmatch(project_id)
    return found[1] if found else None


def check_reference(name: str, value: str) -> None:
    """Reject what cannot be an id, slug or external id."""
    if not _REFERENCE.fullmatch(value):
        error_type = "invalid_organization_id" if name == "organization_id" else "invalid_id"
        raise EmulatedError(error_type, f"{name} has the wrong format.")


def check_environment(value: object, environment: str) -> None:
    """Reject ids of the other environment; `value` is an id, a list of ids, or anything else."""
    for each in cast("list[object]", value) if isinstance(value, list) else [value]:
        found = _API_ID.fullmatch(each) if isinstance(each, str) else None
        if found and found[1] != environment:
            error_type = f"{found[1]}_id_used_in_{environment}_environment"
            raise EmulatedError(error_type, f"The id belongs to the {found[1]} environment, the project to the {environment} one.")


def check_external_id(name: str, value: str, error_type: str) -> None:
    """Reject what cannot be an external id."""
    if not _EXTERNAL_ID.fullmatch(value):
        raise EmulatedError(error_type, f"{name} must be 1 to 128 letters, digits, '.', '_', '|' or '-'.")


def check_token(value: str, error_type: str = "invalid_session_token") -> None:
    """Reject what cannot be a token."""
    if not _TOKEN.fullmatch(value):
        raise EmulatedError(error_type, "The token has the wrong format.")
