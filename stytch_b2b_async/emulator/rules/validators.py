"""Validators of fields, beyond their types."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.schema import Scalar, shape_of

_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f.]+(\.[^@\s\x00-\x1f.]+)+")
_PHONE_NUMBER = re.compile(r"\+[1-9]\d{6,14}")  # E.164
_MAX_KEYS: Final = 20
_MAX_BYTES: Final = 4096
_MAIL_MINUTES = range(5, 10_081)


def check_email(email: str) -> None:
    """Reject what is not an email address."""
    if not _EMAIL.fullmatch(email):
        raise EmulatedError("invalid_email", "email_address has the wrong format.")


def check_phone_number(number: str | None) -> None:
    """Reject what is not an E.164 phone number."""
    if number and not _PHONE_NUMBER.fullmatch(number):
        raise EmulatedError("invalid_phone_number", "mfa_phone_number must be in E.164 form, such as +12025550162.")


def check_metadata(metadata: Mapping[str, Any] | None) -> None:
    """Reject metadata that is too large."""
    if metadata is None:
        return
    if len(metadata) > _MAX_KEYS:
        raise EmulatedError("metadata_too_many_keys", f"Metadata has at most {_MAX_KEYS} top-level keys.")
    if json_size(metadata) > _MAX_BYTES:
        raise EmulatedError("metadata_too_large", "Metadata has at most 4 KB.")


def json_size(value: Mapping[str, Any]) -> int:
    """Return the size of a value in JSON, in bytes."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def drop_nulls(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    """Remove keys with null, which means deletion."""
    return {key: value for key, value in (metadata or {}).items() if value is not None}


def mail_minutes(minutes: int | None, default: int) -> int:
    """Return the lifetime of a mailed link; reject what is too short or too long."""
    if minutes is None:
        return default
    if minutes not in _MAIL_MINUTES:
        raise EmulatedError("invalid_expiration", f"A mailed link lives {_MAIL_MINUTES.start} to {_MAIL_MINUTES.stop - 1} minutes.")
    return minutes


def merged_metadata(metadata: Mapping[str, Any] | None, changes: Mapping[str, Any] | None) -> dict[str, Any]:
    """Merge metadata by top-level keys: null deletes a key; the result keeps the bounds."""
    merged = drop_nulls({**(metadata or {}), **(changes or {})})
    if changes is not None:
        check_metadata(merged)
    return merged


def known_values(hint: object) -> tuple[str, ...]:
    """Return the documented values of a type such as `SsoIdentityProvider`."""
    shape = shape_of(hint)
    return shape.known_values if isinstance(shape, Scalar) else ()
