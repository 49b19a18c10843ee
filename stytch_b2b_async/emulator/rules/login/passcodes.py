"""One-time codes by email and text message."""

import re
from http import HTTPStatus
from typing import Final

from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.outbox import Message
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.passcodes import CodeKind
from stytch_b2b_async.models.member import Member

from .lockout import record_failure, require_unlocked

EMAIL_MINUTES: Final = 10
_EMAIL_MINUTES_RANGE: Final = range(2, 16)
_SMS_MINUTES: Final = 2
_CODE: Final = re.compile(r"[0-9]{6}")


def code_minutes(minutes: int | None) -> int:
    """Return the lifetime of a mailed code; reject what is too short or too long."""
    if minutes is None:
        return EMAIL_MINUTES
    if minutes not in _EMAIL_MINUTES_RANGE:
        raise EmulatedError("invalid_expiration_otp", "A mailed code lives 2 to 15 minutes.")
    return minutes


def mail_discovery_code(project: Project, email: str, minutes: int) -> None:
    """Mail a code to somebody who has not chosen an organization; it ends the codes before it."""
    code = project.passcodes.issue("discovery_email_otp", email.lower(), minutes)
    project.send(Message(to=email, kind="discovery_email_otp", code=code))


def mail_code(project: Project, member: Member, minutes: int, *, kind: str = "email_otp") -> None:
    """Mail a member a code; it ends the codes before it. `kind` is the message's."""
    code = project.passcodes.issue("email_otp", _email_scope(member), minutes, member=member)
    project.send(Message(to=member.email_address, kind=kind, code=code))


def text_code(project: Project, member: Member) -> None:
    """Text a member a code; it ends the codes before it."""
    code = project.passcodes.issue("sms_otp", _sms_scope(member), _SMS_MINUTES, member=member)
    project.send(Message(to=member.mfa_phone_number, kind="sms_otp", code=code))


def check_mailed_code(project: Project, member: Member, code: str) -> None:
    """Use up a code that was mailed to a member."""
    _check(project, "email_otp", _email_scope(member), code, [member])


def check_texted_code(project: Project, member: Member, code: str) -> None:
    """Use up a code that was texted to a member."""
    _check(project, "sms_otp", _sms_scope(member), code, [member])


def check_discovery_code(project: Project, email: str, code: str) -> None:
    """Use up a code that was mailed to somebody who has not chosen an organization."""
    _check(project, "discovery_email_otp", email.lower(), code, project.members.sharing(email))


def _email_scope(member: Member) -> str:
    return f"{member.member_id} {member.email_address.lower()}"


def _sms_scope(member: Member) -> str:
    return f"{member.member_id} {member.mfa_phone_number}"  # so that a code does not verify a later number


def _check(project: Project, kind: CodeKind, scope: str, code: str, members: list[Member]) -> None:
    """Use a code up; a wrong one counts as a failed login of the members, and as an attempt at the code."""
    if not _CODE.fullmatch(code):
        raise EmulatedError("invalid_code", "A code has six digits.")
    require_unlocked(members)
    usable = project.passcodes.usable(kind, scope, code)
    if usable:
        project.passcodes.use_up(kind, scope, code)
        return
    record_failure(project, members)
    attempts = project.settings.failures_before_lock
    project.store.after_failure(lambda: project.passcodes.record_failure(kind, scope, attempts))
    if usable is None:
        raise missing("otp_code", "code")
    raise EmulatedError("unable_to_auth_otp_code", "The code was already used, or has expired.", HTTPStatus.UNAUTHORIZED)
