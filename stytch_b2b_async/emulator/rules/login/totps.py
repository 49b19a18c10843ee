"""Authenticator apps: secrets, their codes, and recovery codes."""

import base64
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final

import attrs
import segno
from pyotp.totp import TOTP

from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.totps import Totp
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from .lockout import record_failure

_CODE: Final = re.compile(r"[0-9]{6}")
_RECOVERY_CODE: Final = re.compile(r"[a-z0-9]{4}(-[a-z0-9]{4}){2}")
_RECOVERY_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_RECOVERY_CODES: Final = 10
_SECRET_BYTES: Final = 20
_STEPS: Final = (0, -1, 1)
"""Codes of the current 30 seconds, and of those before and after, since clocks differ."""
_MAX_ACCOUNT: Final = 64  # characters in the QR code, which holds 2953 bytes; percent-encoding makes one up to 12
_MAX_ISSUER: Final = 32


class App(TOTP):
    """An authenticator app; with secrets as short as those of older systems."""

    min_secret_length_bits = 80


def new_totp(
    project: Project, *, secret: str | None = None, recovery_codes: Sequence[str] = (), expires_at: datetime | None = None
) -> Totp:
    """Create an authenticator app with new recovery codes, unless some are given; without `expires_at`, it is confirmed."""
    return Totp(
        registration_id=project.new_id("member-totp"),
        secret=secret or base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode(),
        recovery_codes=list(recovery_codes) or new_recovery_codes(),
        expires_at=expires_at,
    )


def new_recovery_codes() -> list[str]:
    """Create recovery codes such as `a1b2-c3d4-e5f6`."""
    return [
        "-".join("".join(secrets.choice(_RECOVERY_ALPHABET) for _ in range(4)) for _ in range(3)) for _ in range(_RECOVERY_CODES)
    ]


def qr_code(organization: Organization, member: Member, totp: Totp) -> str:
    """Return a PNG image, in a `data:` URL, of the URL that authenticator apps read."""
    issuer = organization.organization_name[:_MAX_ISSUER]
    url = App(totp.secret).provisioning_uri(name=member.email_address[:_MAX_ACCOUNT], issuer_name=issuer)
    return str(segno.make_qr(url, error="l", boost_error=False).png_data_uri(scale=4))


def check_totp_code(project: Project, member: Member, code: str) -> Totp:
    """Use up a code from a member's app, and return the app, which it confirms, not saved yet; a wrong one counts as a failure."""
    totp = project.totps.of(member)
    if totp is None:
        raise missing("totp", "authenticator app of this member")
    if _RECOVERY_CODE.fullmatch(code):
        raise EmulatedError("recovery_code_used_as_totp_code", "This is a recovery code: use recovery_codes.recover.")
    if not _CODE.fullmatch(code):
        raise EmulatedError("invalid_totp_code", "A code has six digits.")
    if totp.expires_at and totp.expires_at <= project.clock.now():
        raise EmulatedError("expired_totp", "The registration has expired before its first code: create another one.")
    step = _step_of(project, totp, code)
    if step is None:
        record_failure(project, [member])
        raise EmulatedError("unable_to_authenticate_totp", "The code is wrong.", HTTPStatus.UNAUTHORIZED)
    if step <= totp.last_step:
        record_failure(project, [member])
        raise EmulatedError("totp_code_already_authenticated", "The code was used already: wait for the next one.")
    return attrs.evolve(totp, expires_at=None, last_step=step)


def check_recovery_code(project: Project, member: Member, code: str) -> Totp:
    """Use up a recovery code, and return the member's app, not saved yet; a wrong one counts as a failed login."""
    totp = project.totps.of(member)
    if totp is None or not totp.is_active:
        message = "The member has no authenticator app that recovery codes are for."
        raise EmulatedError("no_active_recovery_code_backed_factor", message)
    kept = [each for each in totp.recovery_codes if not hmac.compare_digest(each.encode(), code.encode())]
    if len(kept) < len(totp.recovery_codes):
        return attrs.evolve(totp, recovery_codes=kept)
    record_failure(project, [member])  # of any form, since migrated codes have any
    if _CODE.fullmatch(code):
        raise EmulatedError("totp_code_used_as_recovery_code", "This is a code of an app: use totps.authenticate.")
    if not _RECOVERY_CODE.fullmatch(code):
        raise EmulatedError("invalid_recovery_code", "A recovery code looks like a1b2-c3d4-e5f6.")
    raise EmulatedError("unable_to_authenticate_recovery_code", "The code is wrong, or was used.", HTTPStatus.UNAUTHORIZED)


def _step_of(project: Project, totp: Totp, code: str) -> int | None:
    """Return the time step that a code is for; None for a wrong one."""
    app = App(totp.secret)
    now = app.timecode(project.clock.now())
    found = [now + offset for offset in _STEPS if hmac.compare_digest(app.generate_otp(now + offset), code)]
    return found[0] if found else None
