"""Starting, extending and finding sessions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Protocol

import attrs

from stytch_b2b_async.api._shared.session_params import SessionExtensionParams
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.identifiers import check_token, new_token
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.validators import json_size
from stytch_b2b_async.emulator.state.roles import session_roles
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor, MemberSession
from stytch_b2b_async.schema import JSONObject

from .jwts import RESERVED, session_id_in

IMPERSONATED: Final = "impersonated"
"""The factor type of sessions that support staff started."""

_MINUTES = range(5, 527_041)
_DEFAULT_MINUTES: Final = 60
_MAX_CLAIMS: Final = 4096  # bytes


@attrs.frozen(kw_only=True)
class SessionRequest:
    """The session parameters of a call."""

    minutes: int | None
    claims: Mapping[str, Any]
    session: MemberSession | None
    """The session that the call was made with."""
    token: str = attrs.field(repr=False)
    """Its token; `""` if it was authenticated by JWT, since tokens are not stored."""


class _Lifetime(Protocol):
    """The session parameters of any call."""

    @property
    def session_duration_minutes(self) -> int | None: ...
    @property
    def session_custom_claims(self) -> JSONObject | None: ...


def session_request(project: Project, request: _Lifetime) -> SessionRequest:
    """Read and validate the session parameters of a call."""
    minutes = request.session_duration_minutes
    check_minutes(project, minutes)
    claims = request.session_custom_claims or {}
    check_claims(claims)
    token = jwt = None
    if isinstance(request, SessionExtensionParams):
        token, jwt = request.session_token or None, request.session_jwt or None
    found = find_session(project, token, jwt) if token or jwt else None
    return SessionRequest(minutes=minutes, claims=claims, session=found, token=token or "")


def check_minutes(project: Project, minutes: int | None) -> None:
    """Reject a duration that is too short or too long."""
    if minutes is None:
        return
    if minutes not in _MINUTES:
        raise EmulatedError("invalid_session_duration_minutes", "session_duration_minutes must lie between 5 and 527040.")
    if minutes > project.settings.max_session_minutes:
        raise EmulatedError(
            "invalid_session_duration", f"The project's sessions live {project.settings.max_session_minutes} minutes at most."
        )


def check_claims(claims: Mapping[str, Any]) -> None:
    """Reject claims that are too large or reserved."""
    if any(name.startswith("https://stytch.com/") for name in claims):
        raise EmulatedError("stytch_claims_in_custom_claims", "session_custom_claims must not use the API's own names.")
    merged_claims({}, claims)


def find_session(project: Project, token: str | None, jwt: str | None) -> MemberSession:
    """Return the active session of a token or a JWT; exactly one must be given."""
    if token and jwt:
        raise EmulatedError("too_many_session_arguments", "Give session_token or session_jwt, not both.")
    if token:
        check_token(token)
        return project.sessions.with_token(token)
    if jwt:
        return project.sessions.with_id(session_id_in(project, jwt))
    raise EmulatedError("no_session_arguments", "Give session_token or session_jwt.")


def start_session(
    project: Project, organization: Organization, member: Member, factors: list[AuthenticationFactor], wanted: SessionRequest
) -> tuple[MemberSession, str]:
    """Start a session; return it with its token."""
    now = project.clock.now()
    default = min(_DEFAULT_MINUTES, project.settings.max_session_minutes)
    session = MemberSession(
        member_session_id=project.new_id("session"),
        member_id=member.member_id,
        started_at=now,
        last_accessed_at=now,
        expires_at=now + timedelta(minutes=wanted.minutes or default),
        authentication_factors=factors,
        organization_id=organization.organization_id,
        roles=session_roles(member, factors),
        organization_slug=organization.organization_slug,
        custom_claims=merged_claims({}, wanted.claims),
    )
    token = new_token()
    project.sessions.add(session, token)
    return session, token


def refresh_session(
    project: Project,
    organization: Organization,
    member: Member,
    session: MemberSession,
    wanted: SessionRequest,
    *,
    factors: list[AuthenticationFactor] | None = None,
) -> MemberSession:
    """Record that a session was used; with a duration, extend it and merge claims. `factors` replace those that it has."""
    if (wanted.minutes is not None or factors) and any(each.type == IMPERSONATED for each in session.authentication_factors):
        raise EmulatedError("session_not_mutable", "The session of an impersonated member cannot be extended.")
    now = project.clock.now()
    if factors is not None:
        session = evolve(session, authentication_factors=factors)
    session = with_current_roles(session, organization, member)
    session = evolve(session, last_accessed_at=now)
    if wanted.minutes is not None:
        claims = merged_claims(session.custom_claims or {}, wanted.claims)
        session = evolve(session, expires_at=now + timedelta(minutes=wanted.minutes), custom_claims=claims)
    project.sessions.save(session)
    return session


def with_factor(factors: list[AuthenticationFactor], factor: AuthenticationFactor) -> list[AuthenticationFactor]:
    """Add a factor, replacing an older one of the same kind."""
    return [*(old for old in factors if _kind(old) != _kind(factor)), factor]


def _kind(factor: AuthenticationFactor) -> tuple[str, str, str]:
    sso = factor.saml_sso_factor or factor.oidc_sso_factor
    return factor.type, factor.delivery_method, sso.provider_id if sso else ""


def with_current_roles(session: MemberSession, organization: Organization, member: Member) -> MemberSession:
    """Return a session with the current roles and slug."""
    roles = session_roles(member, session.authentication_factors)
    return evolve(session, roles=roles, organization_slug=organization.organization_slug)


def merged_claims(claims: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Merge custom claims: null deletes one, reserved names are ignored."""
    merged = {name: value for name, value in {**claims, **new}.items() if value is not None and name not in RESERVED}
    if json_size(merged) > _MAX_CLAIMS:
        raise EmulatedError("custom_claims_too_large", "Custom claims have at most 4 KB in all.")
    return merged


def owner_of(project: Project, session: MemberSession) -> tuple[Member, Organization]:
    """Return the member of a session."""
    try:
        member = project.members.with_id(session.member_id)
    except EmulatedError:
        raise missing("session") from None
    return member, project.organizations.find(member.organization_id)
