"""The roles of a member: assigned directly, or implied by rules."""

from collections.abc import Sequence
from typing import Any, Final

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.settings import ProjectSettings
from stytch_b2b_async.models.member import Member, MemberRole, MemberRoleSource
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor
from stytch_b2b_async.models.sso import Connection, SAMLConnection

from .sso_connections import AnyConnection

MEMBER: Final = "stytch_member"
"""The role of every member."""
ADMIN: Final = "stytch_admin"

DIRECT: Final = "direct_assignment"
_SSO: Final = "sso_connection"
_SSO_GROUP: Final = "sso_connection_group"


def roles_of(member: Member, organization: Organization, connections: Sequence[AnyConnection] = ()) -> list[MemberRole]:
    """List a member's roles, each with its sources; `connections` are the organization's SSO connections."""
    sources: dict[str, list[MemberRoleSource]] = {MEMBER: [_source(DIRECT)]}
    for role_id in direct_roles(member):
        sources.setdefault(role_id, []).append(_source(DIRECT))
    for assignment in organization.rbac_email_implicit_role_assignments:
        if domain_of(member.email_address) == assignment.domain.lower():
            by_domain = MemberRoleSource(type="email_assignment", details={"email_domain": assignment.domain})
            sources.setdefault(assignment.role_id, []).append(by_domain)
    for role_id, source in _sso_roles(member, connections):
        sources.setdefault(role_id, []).append(source)
    return [MemberRole(role_id=role_id, sources=found) for role_id, found in sources.items()]


def session_roles(member: Member, factors: Sequence[AuthenticationFactor]) -> list[str]:
    """List the ids of the roles that a session has: those that an SSO connection implies only if it authenticated there."""
    connections = {sso.provider_id for factor in factors for sso in (factor.saml_sso_factor, factor.oidc_sso_factor) if sso}
    return [role.role_id for role in member.roles if any(_counts(source, connections) for source in role.sources)]


def _counts(source: MemberRoleSource, connections: set[str]) -> bool:
    return source.type not in {_SSO, _SSO_GROUP} or (source.details or {}).get("connection_id") in connections


def direct_roles(member: Member) -> list[str]:
    """List the roles assigned to a member directly."""
    return [
        role.role_id for role in member.roles if role.role_id != MEMBER and any(source.type == DIRECT for source in role.sources)
    ]


def assigned(role_ids: list[str]) -> list[MemberRole]:
    """Convert role ids to direct assignments."""
    return [MemberRole(role_id=role_id, sources=[_source(DIRECT)]) for role_id in dict.fromkeys(role_ids)]


def check_roles(role_ids: list[str], settings: ProjectSettings, organization: Organization) -> None:
    """Reject unknown roles, and the role that every member has."""
    known = {*settings.policy, *(role.role_id for role in organization.custom_roles)}
    for role_id in role_ids:
        if role_id == MEMBER:
            raise EmulatedError("cannot_assign_default_rbac_role_id", f"{MEMBER} is every member's, and cannot be assigned.")
        if role_id not in known:
            raise EmulatedError("invalid_rbac_role_id", "No such role.")


def domain_of(email: str) -> str:
    """Return the domain of an email address."""
    return email.rpartition("@")[2].lower()


def _sso_roles(member: Member, connections: Sequence[AnyConnection]) -> list[tuple[str, MemberRoleSource]]:
    found: list[tuple[str, MemberRoleSource]] = []
    known = {connection.connection_id: connection for connection in connections if connection.status == "active"}
    for registration in member.sso_registrations:
        match known.get(registration.connection_id):
            case SAMLConnection() as saml:
                everybody = saml.saml_connection_implicit_role_assignments
                groups = saml.saml_group_implicit_role_assignments
            case Connection() as external:
                everybody = external.external_connection_implicit_role_assignments
                groups = external.external_group_implicit_role_assignments
            case _:  # OIDC connections imply none
                continue
        connection = {"connection_id": registration.connection_id}
        held: list[Any] = (registration.sso_attributes or {}).get("groups") or []
        found += [(role.role_id, _source(_SSO, **connection)) for role in everybody]
        found += [(role.role_id, _source(_SSO_GROUP, **connection, group=role.group)) for role in groups if role.group in held]
    return found


def _source(kind: str, **details: Any) -> MemberRoleSource:
    return MemberRoleSource(type=kind, details=details)
