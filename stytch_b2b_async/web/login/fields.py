"""The fields of a query or body: each at most once, bounded, and without control characters."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from stytch_b2b_async.web.http import BadFormError, Request

from .answers import LoginRefusedError, media_type

_ORGANIZATION: Final = re.compile(r"[A-Za-z0-9._~|-]{1,128}")
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~=+/-]{1,2048}")
_EMAIL: Final = re.compile(r"[^\s@]{1,128}@[^\s@]{1,190}")
_CODE: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_PHONE: Final = re.compile(r"\+[0-9]{5,20}")
_MAX_TEXT: Final = 1_024
_FORM: Final = "application/x-www-form-urlencoded"


def bad_request(text: str, code: str = "bad_request") -> LoginRefusedError:
    """Return the refusal of a request that no page of these makes."""
    return LoginRefusedError(400, code, text)


class Fields:
    """Fields by name. Methods raise LoginRefusedError for what is missing or malformed."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in pairs:
            if name in self._values:
                raise bad_request("A field is repeated.", "repeated_field")
            self._values[name] = value

    def __repr__(self) -> str:
        return f"Fields({', '.join(self._values)})"

    @property
    def names(self) -> set[str]:
        """The names of all fields."""
        return set(self._values)

    def given(self, *names: str) -> Mapping[str, str]:
        """Return those of the fields that are not empty, for a form that sends them again."""
        return {name: self._values[name] for name in names if self._values.get(name)}

    def text(self, name: str, limit: int = _MAX_TEXT) -> str:
        """Return a text without spaces around it, `""` if it is missing."""
        value = self._values.get(name, "").strip()
        if len(value) > limit or not value.isprintable():
            raise bad_request(f"{name} is malformed.")
        return value

    def organization(self) -> str:
        """Return the slug or id of the organization, `""` if it is missing."""
        value = self.text("organization")
        if value and not _ORGANIZATION.fullmatch(value):
            raise bad_request("This is not an organization's short name.", "invalid_organization")
        return value

    def email(self) -> str:
        """Return the email address."""
        value = self.text("email_address")
        if not _EMAIL.fullmatch(value):
            raise bad_request("Enter your email address.", "invalid_email_address")
        return value

    def password(self) -> str:
        """Return the password: any text, spaces included."""
        value = self._values.get("password", "")
        if not value or len(value) > _MAX_TEXT or "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise bad_request("Enter a password.", "invalid_password")
        return value

    def code(self) -> str:
        """Return a one-time code, without the spaces by which people group its digits."""
        value = self.text("code").replace(" ", "")
        if not _CODE.fullmatch(value):
            raise bad_request("Enter the code.", "invalid_code")
        return value

    def phone_number(self) -> str | None:
        """Return a phone number in E.164 format; None if it is missing."""
        value = re.sub(r"[ ()./-]", "", self.text("phone_number"))
        if value and not _PHONE.fullmatch(value):
            raise bad_request("Enter a phone number with its country code, such as +12025550162.", "invalid_phone_number")
        return value or None

    def token(self) -> str:
        """Return the token of a redirect."""
        value = self._values.get("token", "")
        if not _TOKEN.fullmatch(value):
            raise bad_request("This link is not complete. Open it again, or request a new one.", "invalid_token")
        return value


def query_of(request: Request) -> Fields:
    """Read the query. Raises LoginRefusedError."""
    try:
        return Fields(request.parameters)
    except BadFormError:
        raise bad_request("The query is malformed.") from None


def body_of(request: Request) -> Fields:
    """Read the body, a form or a JSON object of texts. Raises LoginRefusedError."""
    kind = media_type(request)
    if request.body and kind not in {"", _FORM, "application/json"}:
        raise LoginRefusedError(415, "unsupported_media_type", f"The body must be {_FORM} or application/json.")
    try:
        return Fields(_json_fields(request.body) if kind == "application/json" else request.form)
    except BadFormError:
        raise bad_request("The body is malformed.") from None


def _json_fields(body: bytes) -> list[tuple[str, str]]:
    try:
        found = json.loads(body or b"{}", object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, _Pairs):
        raise bad_request("The body is not a JSON object.")
    pairs: list[tuple[str, str]] = []
    for name, value in found:
        if value is not None and not isinstance(value, str):
            raise bad_request("The values of the JSON object must be strings.")
        pairs += [] if value is None else [(name, value)]
    return pairs


class _Pairs(list[tuple[str, Any]]):
    """A JSON object, repeated names included."""
