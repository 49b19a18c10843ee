"""Log members in without their factors, so that tests need not go through a login."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import attrs

from stytch_b2b_async.api.organizations import Create as CreateOrganization
from stytch_b2b_async.emulator.codec import read_object, to_wire
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.resources import organizations
from stytch_b2b_async.emulator.rules.members.new_members import NewMember, add_member
from stytch_b2b_async.emulator.rules.sessions.jwts import mint
from stytch_b2b_async.emulator.rules.sessions.sessions import SessionRequest, check_claims, check_minutes, start_session
from stytch_b2b_async.emulator.state.roles import assigned, check_roles
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.logins import LoggedIn
from stytch_b2b_async.models.factors import EmailFactor
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor
from stytch_b2b_async.wire.incoming import HTTPRequest

DEFAULT_ORGANIZATION: Final = "acme"


@attrs.frozen(kw_only=True)
class DirectLogin:
    """Whom to log in. A missing organization or member is created."""

    email_address: str
    organization: str = DEFAULT_ORGANIZATION
    """An id, slug or external id; a missing one becomes the slug of a new organization."""
    roles: Sequence[str] | None = None
    """Roles to assign to the member; None leaves them as they are."""
    session_duration_minutes: int | None = None
    session_custom_claims: Mapping[str, Any] | None = None


def create(project: Project, request: HTTPRequest) -> Mapping[str, Any]:
    """Log a member in, by a factor that nobody proved."""
    body = read_object(request)
    checks = {
        "email_address": isinstance(body.get("email_address"), str),
        "organization": isinstance(body.get("organization", ""), str),
        "roles": _is_list_of_strings(body.get("roles", [])),
        "session_duration_minutes": type(body.get("session_duration_minutes", 0)) is int,
        "session_custom_claims": isinstance(body.get("session_custom_claims", {}), dict),
    }
    for name in body:
        if name not in checks:
            raise EmulatedError("bad_request", f"Unknown field; a login has {', '.join(checks)}.")
    for name, fits in checks.items():
        if not fits:
            raise EmulatedError("bad_request", f"{name} is missing or of the wrong type.")
    return to_wire(log_in_directly(project, DirectLogin(**body)))


def log_in_directly(project: Project, wanted: DirectLogin) -> LoggedIn:
    """Start a session of a member, whatever the organization requires."""
    check_minutes(project, wanted.session_duration_minutes)
    check_claims(wanted.session_custom_claims or {})
    organization = _organization(project, wanted.organization)
    member = _member(project, organization, wanted)
    session_request = SessionRequest(
        minutes=wanted.session_duration_minutes, claims=wanted.session_custom_claims or {}, session=None, token=""
    )
    session, token = start_session(project, organization, member, [_email_factor(project, member)], session_request)
    return LoggedIn(
        session_token=token,
        session_jwt=mint(project, session, organization),
        member_session=session,
        member=member,
        organization=organization,
    )


def _organization(project: Project, reference: str) -> Organization:
    try:
        return project.organizations.find(reference)
    except EmulatedError:
        request = CreateOrganization(organization_name=reference, organization_slug=reference)
        return organizations.create(project, request).organization


def _member(project: Project, organization: Organization, wanted: DirectLogin) -> Member:
    roles = list(wanted.roles or ())
    member = project.members.with_address(organization, wanted.email_address)
    if member is None:
        return add_member(project, organization, NewMember(email=wanted.email_address, email_verified=True, roles=roles))
    if wanted.roles is not None:
        check_roles(roles, project.settings, organization)
        member = evolve(member, roles=assigned(roles))
    return project.members.save(evolve(member, status="active", email_address_verified=True))


def _email_factor(project: Project, member: Member) -> AuthenticationFactor:
    now = project.clock.now()
    email = EmailFactor(email_id=project.members.email_id(member), email_address=member.email_address)
    return AuthenticationFactor(
        type="magic_link", delivery_method="email", last_authenticated_at=now, created_at=now, updated_at=now, email_factor=email
    )


def _is_list_of_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in cast("list[object]", value))
