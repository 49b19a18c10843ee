"""Tokens of magic links: opened once, until they expire."""

from http import HTTPStatus

from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.mailed_tokens import Kind, MailedToken
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from .pkce import check_verifier


def open_link(project: Project, kind: Kind, token: str, code_verifier: str | None) -> MailedToken:
    """Use the token of a magic link up, if it is usable and the PKCE verifier matches."""
    found = project.mailed_tokens.find(kind, token)
    if found is None:
        raise link_not_found()
    if not found.usable:
        raise link_ended()
    check_verifier(found.code_challenge, code_verifier)
    project.mailed_tokens.use_up(token)
    return found


def recipient(project: Project, opened: MailedToken) -> tuple[Member, Organization]:
    """Return whom a magic link was mailed to; reject one to an address that is no longer the member's."""
    try:
        member = project.members.with_id(opened.member_id or "")
    except EmulatedError:
        raise link_ended() from None
    if member.email_address.lower() != opened.email.lower():
        raise link_ended()
    return member, project.organizations.find(member.organization_id)


def link_not_found() -> EmulatedError:
    """Create the error of an unknown token."""
    return missing("magic_link", "magic link")


def link_ended() -> EmulatedError:
    """Create the error of a token that was used or has expired."""
    message = "The magic link was already used, or has expired."
    return EmulatedError("unable_to_auth_magic_link", message, HTTPStatus.UNAUTHORIZED)
