"""A login that is not finished, kept in a cookie of the browser."""

import binascii
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final, Literal, TypeAlias, cast

import attrs

from stytch_b2b_async.logins import ChooseOrganization, NeedsPrimaryFactor, NeedsSecondFactor

COOKIE: Final = "stytch_login"
LIFE: Final = 10 * 60
"""Seconds: as long as an intermediate session lives."""
_MAX_VALUE: Final = 3_500
_ENCODED: Final = re.compile(r"[A-Za-z0-9_-]+")
_TEXT: Final = re.compile(r"[!-~]{1,1024}")
_METHODS: Final = re.compile(r"[a-z0-9_]{1,40}")

Kind: TypeAlias = Literal["second_factor", "primary_factor", "choose_organization", "new_password"]
_KINDS: Final = {"second_factor", "primary_factor", "choose_organization", "new_password"}
_NEEDED: Final = {"second_factor": ("organization_id", "member_id"), "new_password": ("organization_id",)}


@attrs.frozen
class PendingLogin:
    """The factors authenticated so far, and what is missing.

    It is not signed: whoever changes their own cookie tells the API about an intermediate session that is not theirs.
    """

    kind: Kind
    token: str = attrs.field(repr=False)
    """The intermediate session token; with `new_password`, the session token."""
    organization_id: str = ""
    member_id: str = ""
    phone_ends_in: str = ""
    """The last digits of the member's number."""
    has_app: bool = False
    must_enroll: bool = False
    code_sent: bool = False
    methods: tuple[str, ...] = ()
    """The primary factors that the organization accepts."""
    resets_password: bool = False
    """Whether the login ends with a new password."""

    @classmethod
    def of(cls, step: NeedsSecondFactor | NeedsPrimaryFactor | ChooseOrganization) -> "PendingLogin":
        """Return what to keep of an unfinished login."""
        match step:
            case NeedsSecondFactor():
                return cls(
                    "second_factor",
                    step.intermediate_session_token,
                    step.organization_id,
                    step.member_id,
                    phone_ends_in=(step.phone_number or "")[-2:],
                    has_app=step.totp_registered,
                    must_enroll=step.must_enroll,
                    code_sent=step.code_sent,
                )
            case NeedsPrimaryFactor():
                methods = tuple(name for name in step.allowed_auth_methods[:20] if _METHODS.fullmatch(name))
                return cls("primary_factor", step.intermediate_session_token, step.organization_id, methods=methods)
            case _:
                return cls("choose_organization", step.intermediate_session_token)

    @property
    def second_factor(self) -> NeedsSecondFactor:
        """The step that takes a second factor."""
        return NeedsSecondFactor(
            intermediate_session_token=self.token, organization_id=self.organization_id, member_id=self.member_id
        )

    @property
    def choice(self) -> ChooseOrganization:
        """The step that takes an organization."""
        return ChooseOrganization(intermediate_session_token=self.token)

    def to_cookie(self) -> str:
        """Return the value of the cookie."""
        text = json.dumps(attrs.asdict(self), separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read_pending(values: list[str]) -> PendingLogin | None:
    """Read the values of the cookie; None unless there is exactly one good one."""
    if len(values) != 1 or len(values[0]) > _MAX_VALUE or not _ENCODED.fullmatch(values[0]):
        return None
    try:
        found = json.loads(urlsafe_b64decode(values[0] + "=" * (-len(values[0]) % 4)))
    except (ValueError, RecursionError, binascii.Error):
        return None
    return _checked(cast("dict[str, Any]", found)) if isinstance(found, dict) else None


def _checked(found: dict[str, Any]) -> PendingLogin | None:
    if set(found) != {field.name for field in attrs.fields(PendingLogin)} or found["kind"] not in _KINDS:
        return None
    texts = [found[name] for name in ("token", "organization_id", "member_id", "phone_ends_in")]
    flags = [found[name] for name in ("has_app", "must_enroll", "code_sent", "resets_password")]
    methods = found["methods"]
    if not all(isinstance(text, str) and (not text or _TEXT.fullmatch(text)) for text in texts) or not found["token"]:
        return None
    if not all(isinstance(flag, bool) for flag in flags) or not isinstance(methods, list):
        return None
    names = cast("list[object]", methods)
    if not all(isinstance(name, str) and _METHODS.fullmatch(name) for name in names):
        return None
    if not all(found[name] for name in _NEEDED.get(found["kind"], ())):
        return None
    found["methods"] = tuple(cast("list[str]", names))
    return PendingLogin(**found)
