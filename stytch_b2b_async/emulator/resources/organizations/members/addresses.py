"""Retired email addresses of a member."""

from stytch_b2b_async.api.organizations.members._addresses import (
    UnlinkRetiredEmail,
    UnlinkRetiredEmailResponse,
)
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.sessions.authorization import MEMBER, actor_of
from stytch_b2b_async.emulator.state.store import evolve


@handles(UnlinkRetiredEmail)
def unlink_retired_email(project: Project, request: UnlinkRetiredEmail) -> UnlinkRetiredEmailResponse:
    """Give a retired address free for others."""
    if not request.email_id and not request.email_address:
        raise EmulatedError("retired_email_missing_email_identifiers", "Give email_id or email_address.")
    organization = project.organizations.find(request.organization_id)
    actor = actor_of(project, request.authorization, organization)
    member = project.members.find(organization, request.member_id)
    if actor:
        actor.require(MEMBER, "update.info.email", about=member)
    if request.email_id == project.members.email_id(member) or _same(request.email_address, member.email_address):
        raise EmulatedError("cannot_delete_email", "The address is the member's current one.")
    kept = [
        retired
        for retired in member.retired_email_addresses
        if (request.email_id and retired.email_id != request.email_id)
        or (request.email_address and not _same(request.email_address, retired.email_address))
    ]
    if len(kept) == len(member.retired_email_addresses):
        raise missing("email", "retired address of this member")
    member = project.members.save(evolve(member, retired_email_addresses=kept))
    return UnlinkRetiredEmailResponse(
        **project.response_meta(),
        member_id=member.member_id,
        member=member,
        organization=organization,
        organization_id=organization.organization_id,
    )


def _same(given: str | None, address: str) -> bool:
    return given is not None and given.lower() == address.lower()
