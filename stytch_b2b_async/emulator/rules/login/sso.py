"""Logging in through an SSO connection: who the member is, and who may join."""

from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.members.new_members import NewMember, add_member
from stytch_b2b_async.emulator.rules.sso.connections import source_of
from stytch_b2b_async.emulator.state.identities import Identity
from stytch_b2b_async.emulator.state.sso_connections import AnyConnection
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.models.factors import SSOFactor
from stytch_b2b_async.models.member import Member, SSORegistration
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import AuthenticationFactor
from stytch_b2b_async.models.sso import SAMLConnection


def active_connection(project: Project, organization: Organization, connection_id: str) -> AnyConnection:
    """Return a connection that can be logged in through."""
    connection = project.sso_connections.find(organization, connection_id)
    if connection.status != "active":
        raise missing("sso_connection", "active SSO connection")
    return connection


def sso_member(
    project: Project, organization: Organization, connection: AnyConnection, identity: Identity
) -> tuple[Member, SSORegistration]:
    """Return the member of an identity, who may join just in time, with their registration."""
    member = _registered(project, organization, connection, identity)
    member = member or project.members.with_address(organization, identity.email)
    if member is None:
        _require_jit(organization, connection)
        member = add_member(project, organization, NewMember(email=identity.email, name=identity.name))
    others = [each for each in member.sso_registrations if each.connection_id != connection.connection_id]
    known = next((each for each in member.sso_registrations if each.connection_id == connection.connection_id), None)
    registration = SSORegistration(
        connection_id=connection.connection_id,
        external_id=identity.subject,
        registration_id=known.registration_id if known else project.new_id("sso-registration"),
        sso_attributes={"email": identity.email, "full_name": identity.name, "groups": identity.groups},
    )
    member = project.members.save(evolve(member, sso_registrations=[*others, registration]))
    return member, registration


def sso_factor(project: Project, connection: AnyConnection, registration: SSORegistration) -> AuthenticationFactor:
    """Create the factor of a login through a connection."""
    is_saml = isinstance(source_of(project, connection), SAMLConnection)
    details = SSOFactor(id=registration.registration_id, provider_id=connection.connection_id, external_id=registration.external_id)
    now = project.clock.now()
    return AuthenticationFactor(
        type="sso",
        delivery_method="sso_saml" if is_saml else "sso_oidc",
        last_authenticated_at=now,
        created_at=now,
        updated_at=now,
        saml_sso_factor=details if is_saml else None,
        oidc_sso_factor=None if is_saml else details,
    )


def _registered(project: Project, organization: Organization, connection: AnyConnection, identity: Identity) -> Member | None:
    for member in project.members.registered_with(organization, connection.connection_id):
        for each in member.sso_registrations:
            if each.connection_id == connection.connection_id and each.external_id == identity.subject:
                return member
    return None


def _require_jit(organization: Organization, connection: AnyConnection) -> None:
    allowed = {
        "ALL_ALLOWED": True,
        "RESTRICTED": connection.connection_id in organization.sso_jit_provisioning_allowed_connections,
    }
    if not allowed.get(organization.sso_jit_provisioning, False):
        message = "The organization admits nobody new through this connection."
        raise EmulatedError("invalid_connection_for_jit_provisioning", message)
