"""Recovery codes, for when a second factor is lost."""

import attrs

from stytch_b2b_async.api.recovery_codes import Get, Recover, RecoverResponse, RecoveryCodesResponse, Rotate
from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.factors import recovery_factor
from stytch_b2b_async.emulator.rules.login.second_factors import attempt_of, complete
from stytch_b2b_async.emulator.rules.login.totps import check_recovery_code, new_recovery_codes
from stytch_b2b_async.emulator.state.totps import Totp
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization


@handles(Recover)
def recover(project: Project, request: Recover) -> RecoverResponse:
    """Complete a login, or strengthen a session, with a recovery code."""
    attempt = attempt_of(project, request, "totp")
    totp = check_recovery_code(project, attempt.member, request.recovery_code)
    project.totps.save(attempt.member, totp)
    factor = recovery_factor(project, totp.registration_id)
    return RecoverResponse(
        **project.response_meta(),
        **complete(project, attempt, attempt.member, factor),
        recovery_codes_remaining=len(totp.recovery_codes),
    )


@handles(Get)
def get(project: Project, request: Get) -> RecoveryCodesResponse:
    """Get a member's unused recovery codes."""
    organization = project.organizations.find(request.organization_id)
    member = project.members.find(organization, request.member_id)
    return _response(project, organization, member, _totp_of(project, member))


@handles(Rotate)
def rotate(project: Project, request: Rotate) -> RecoveryCodesResponse:
    """Replace a member's recovery codes by new ones."""
    organization = project.organizations.find(request.organization_id)
    member = project.members.find(organization, request.member_id)
    totp = attrs.evolve(_totp_of(project, member), recovery_codes=new_recovery_codes())
    project.totps.save(member, totp)
    return _response(project, organization, member, totp)


def _totp_of(project: Project, member: Member) -> Totp:
    totp = project.totps.current(member)
    if totp is None:
        raise missing("recovery_codes", "recovery codes of this member")
    return totp


def _response(project: Project, organization: Organization, member: Member, totp: Totp) -> RecoveryCodesResponse:
    return RecoveryCodesResponse(
        **project.response_meta(),
        member_id=member.member_id,
        member=member,
        organization=organization,
        recovery_codes=list(totp.recovery_codes),
    )
