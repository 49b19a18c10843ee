"""Example values for tests: plausible, constant, and derived from the declarations."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar, get_args, get_origin
from uuid import NAMESPACE_URL, uuid5

import attrs

from .declare import did_you_mean
from .fields import Field, fields_of
from .markers import KnownValues
from .type_hints import is_model, is_union, notes_of, strip_annotated

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
    return cls(**{**{field.name: _value(field) for field in fields_of(cls) if field.required or field.rest}, **overrides})


def _value(field: Field) -> Any:
    hint = strip_annotated(field.type)
    if is_union(hint):
        hint = strip_annotated(next(option for option in get_args(hint) if option is not type(None)))
    if get_origin(hint) in {list, dict, Mapping}:
        return [] if get_origin(hint) is list else {}
    if is_model(hint):
        return example_of(hint, {})
    scalars: dict[Any, Any] = {
        bool: field.name not in {"is_locked", "is_breakglass", "is_admin"},
        int: 200 if field.name == "status_code" else 1,
        float: 1.0,
        datetime: _TIME,
    }
    return _text(field) if hint is str else scalars.get(hint)


def _text(field: Field) -> str:
    known = next((note.words for note in notes_of(field.type) if isinstance(note, KnownValues)), ())
    if field.name in _TEXTS:
        return _TEXTS[field.name]
    if known:
        return known[0]
    if field.secret:
        return f"example-{field.name.replace('_', '-')}-".ljust(_TOKEN, "x")
    if field.name.endswith("_id"):
        kind = _IDS.get(field.name, field.name.removesuffix("_id").replace("_", "-"))
        return f"{kind}-test-{uuid5(NAMESPACE_URL, kind)}"
    return f"example {field.name.replace('_', ' ')}"
