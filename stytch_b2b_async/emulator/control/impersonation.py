"""Tokens for support staff who act as a member: at Stytch, the dashboard creates them."""

from collections.abc import Mapping
from typing import Any, Final

from stytch_b2b_async.emulator.codec import read_object
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.validators import check_email
from stytch_b2b_async.wire.incoming import HTTPRequest

DEFAULT_IMPERSONATOR: Final = "support@example.com"


def create(project: Project, request: HTTPRequest) -> Mapping[str, Any]:
    """Create a token for the member `member_id`; `impersonator_email_address` says who acts."""
    body = read_object(request)
    member_id, email = body.get("member_id"), body.get("impersonator_email_address", DEFAULT_IMPERSONATOR)
    if not isinstance(member_id, str) or not isinstance(email, str):
        raise EmulatedError("bad_request", "member_id and impersonator_email_address must be strings.")
    return {"impersonation_token": impersonation_token(project, member_id, email)}


def impersonation_token(project: Project, member_id: str, email: str) -> str:
    """Create a token; the impersonator's id is new."""
    check_email(email)
    member = project.members.with_id(member_id)
    return project.impersonation_tokens.issue(member.member_id, project.new_id("workspace-user"), email)
