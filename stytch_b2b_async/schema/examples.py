"""Example values for tests: plausible, constant, and derived from the declarations."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from uuid import NAMESPACE_URL, uuid5

import attrs

from .declare import did_you_mean
from .fields import Field, fields_of
from .shapes import FreeForm, ListOf, MapOf, ObjectOf, Scalar

ModelT = TypeVar("ModelT", bound=attrs.AttrsInstance)

_TIME: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

_IDS: Final[Mapping[str, str]] = {
    "member_session_id": "session",
    "member_email_id": "email",
    "method_id": "email",
    "phone_id": "phone-number",
    "key_id": "jwk",
    "request_id": "request-id",
    "totp_registration_id": "totp",
}
"""Prefixes of ids that differ from the field's name."""

_TEXTS: Final[Mapping[str, str]] = {
    "email_address": "ada@example.com",
    "organization_name": "Example",
    "organization_slug": "example",
    "name": "Ada Lovelace",
    "status": "active",
    "phone_number": "+12025550162",
    "mfa_phone_number": "+12025550162",
    "locale": "en",
    "ip_address": "192.0.2.1",
    "user_agent": "Mozilla/5.0",
    "default_mfa_method": "sms_otp",
    "organization_logo_url": "https://example.com/logo.png",
}
_TOKEN: Final = 44  # characters, as in the API's tokens


def example_of(cls: type[ModelT], overrides: Mapping[str, Any]) -> ModelT:
    """Create an example of a class. Raises TypeError for an override that is not a field."""
    names = [field.name for field in fields_of(cls)]
    for name in overrides:
        if name not in names:
            raise TypeError(f"{cls.__name__}.example: unknown field {name}{did_you_mean(name, names)}")
    return cls(
        **{**{field.name: example_value(field) for field in fields_of(cls) if field.required or field.catch_all}, **overrides}
    )


def example_value(field: Field) -> Any:
    """Return the example of a field."""
    match field.shape:
        case ListOf():
            return []
        case MapOf() | FreeForm():
            return {}
        case ObjectOf(model=model):
            return example_of(model, {})
        case Scalar(type="string", format=None, known_values=known):
            return _text(field, known)
        case scalar:
            scalars: Mapping[str, Any] = {
                "boolean": field.name not in {"is_locked", "is_breakglass", "is_admin"},
                "integer": 200 if field.name == "status_code" else max(1, scalar.minimum or 1),
                "number": 1.0,
                "string": _TIME,
            }
            return scalars[scalar.type]


def _text(field: Field, known: Sequence[str]) -> str:
    if field.name in _TEXTS:
        return _TEXTS[field.name]
    if known:
        return known[0]
    if field.sensitive:
        return f"example-{field.name.replace('_', '-')}-".ljust(_TOKEN, "x")
    if field.name.endswith("_id"):
        kind = _IDS.get(field.name, field.name.removesuffix("_id").replace("_", "-"))
        return f"{kind}-test-{uuid5(NAMESPACE_URL, kind)}"
    return f"example {field.name.replace('_', ' ')}"
