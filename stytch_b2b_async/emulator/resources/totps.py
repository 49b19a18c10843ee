"""Authenticator apps, as a second factor."""

import binascii
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from stytch_b2b_async.api._shared.responses import SecondFactorResponse
from stytch_b2b_async.api.totps import Authenticate, Create, CreateResponse, Migrate, RegistrationResponse
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.factors import totp_factor
from stytch_b2b_async.emulator.rules.login.second_factors import attempt_of, check_may_register, complete, enrolled
from stytch_b2b_async.emulator.rules.login.totps import App, check_totp_code, new_totp, qr_code
from stytch_b2b_async.emulator.state.store import evolve

_MINUTES: Final = range(5, 1441)
_DEFAULT_MINUTES: Final = 60
_SECRET_BYTES: Final = range(10, 65)
_MAX_RECOVERY_CODES: Final = 100
_MAX_RECOVERY_CODE: Final = 128  # characters


@handles(Create)
def create(project: Project, request: Create) -> CreateResponse:
    """Create a secret for a member's app; its first code confirms it."""
    minutes = _DEFAULT_MINUTES if request.expiration_minutes is None else request.expiration_minutes
    if minutes not in _MINUTES:
        raise EmulatedError("invalid_expiration", "A registration lives 5 to 1440 minutes.")
    organization = project.organizations.find(request.organization_id)
    member = project.members.find(organization, request.member_id)
    check_may_register(project, organization, member, request, "totp")
    existing = project.totps.current(member)
    if existing and existing.is_active:
        raise EmulatedError("active_totp_exists", "The member has an authenticator app: delete it first.")
    if existing:
        raise EmulatedError("pending_totp_exists", "The member has not confirmed another registration: delete it first.")
    totp = new_totp(project, expires_at=project.clock.now() + timedelta(minutes=minutes))
    project.totps.save(member, totp)
    return CreateResponse(
        **project.response_meta(),
        member_id=member.member_id,
        member=member,
        organization=organization,
        totp_registration_id=totp.registration_id,
        recovery_codes=list(totp.recovery_codes),
        secret=totp.secret,
        qr_code=qr_code(organization, member, totp),
    )


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> SecondFactorResponse:
    """Complete a login, or strengthen a session, with a code from the member's app."""
    attempt = attempt_of(project, request, "totp")
    totp = check_totp_code(project, attempt.member, request.code)
    project.totps.save(attempt.member, totp)
    member = enrolled(request, evolve(attempt.member, totp_registration_id=totp.registration_id), "totp")
    factor = totp_factor(project, totp.registration_id)
    return SecondFactorResponse(**project.response_meta(), **complete(project, attempt, member, factor))


@handles(Migrate)
def migrate(project: Project, request: Migrate) -> RegistrationResponse:
    """Give a member the app that they have in another system."""
    secret = _secret(request.secret)
    _check_recovery_codes(request.recovery_codes)
    organization = project.organizations.find(request.organization_id)
    member = project.members.find(organization, request.member_id)
    if project.totps.current(member):
        raise EmulatedError("recovery_codes_already_exist", "The member has an authenticator app, with recovery codes.")
    totp = new_totp(project, secret=secret, recovery_codes=request.recovery_codes)
    project.totps.save(member, totp)
    member = project.members.save(evolve(member, totp_registration_id=totp.registration_id))
    return RegistrationResponse(
        **project.response_meta(),
        member_id=member.member_id,
        member=member,
        organization=organization,
        totp_registration_id=totp.registration_id,
        recovery_codes=list(totp.recovery_codes),
    )


def _secret(given: str) -> str:
    secret = given.replace(" ", "").rstrip("=").upper()
    try:
        size = len(App(secret).byte_secret())
    except (binascii.Error, ValueError):
        size = 0
    if size not in _SECRET_BYTES:
        raise EmulatedError("invalid_argument", "secret must be 10 to 64 bytes in base32.")
    return secret


def _check_recovery_codes(codes: Sequence[str]) -> None:
    fits = all(0 < len(code) <= _MAX_RECOVERY_CODE for code in codes)
    if not fits or len(codes) > _MAX_RECOVERY_CODES or len(set(codes)) < len(codes):
        message = f"At most {_MAX_RECOVERY_CODES} different recovery codes, of 1 to {_MAX_RECOVERY_CODE} characters each."
        raise EmulatedError("invalid_recovery_code", message)
