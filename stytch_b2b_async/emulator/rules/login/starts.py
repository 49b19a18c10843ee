"""What a browser login is started with: an organization or none, an identity provider, and where it leads back."""

import hmac
from collections.abc import Mapping
from typing import Final

import attrs

from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.sso.connections import source_of
from stytch_b2b_async.emulator.state.identities import Kind
from stytch_b2b_async.emulator.state.sso_connections import AnyConnection
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.sso import SAMLConnection

from .links import RedirectName, redirect_of
from .oauth import TENANT_PROVIDERS, check_provider
from .pkce import check_challenge
from .sso import active_connection

_UNREGISTERED: Final = "no_match_for_provided_magic_link_url"


@attrs.frozen(kw_only=True)
class Start:
    """A browser login that was started."""

    title: str
    kind: Kind
    source: str
    """The connection's id, or the provider."""
    subject_of: str
    """What gives people their ids: the same for all who share a connection."""
    organization: Organization | None
    login_url: str
    signup_url: str
    code_challenge: str | None
    fields: Mapping[str, str]
    """What may be said of somebody besides address and name: field → label."""
    hint: str = ""
    """The address that the page suggests."""


def sso_start(project: Project, query: Mapping[str, str], _: Mapping[str, str]) -> Start:
    """Read the start of an SSO login."""
    _check_public_token(project, query)
    given = [name for name in ("connection_id", "organization_id", "slug") if query.get(name)]
    if not given:
        raise EmulatedError("missing_sso_connection_locator", "Give connection_id, organization_id or slug.")
    if len(given) > 1:
        raise EmulatedError("too_many_sso_connection_locators", "Give one of connection_id, organization_id and slug.")
    if given == ["connection_id"]:
        connection = project.sso_connections.with_id(query["connection_id"])
        if connection is None:
            raise missing("sso_connection", "SSO connection")
        organization = project.organizations.find(connection.organization_id)
        connection = active_connection(project, organization, connection.connection_id)
    else:
        organization = project.organizations.find(query[given[0]])
        connection = _only_connection(project, organization)
    return _of_connection(project, organization, connection, query, _challenge(query))


def idp_initiated_start(project: Project, _: Mapping[str, str], path: Mapping[str, str]) -> Start:
    """Read a login that begins at the identity provider of a SAML connection."""
    connection = project.sso_connections.with_id(path["connection_id"])
    if not isinstance(connection, SAMLConnection) or connection.status != "active":
        raise missing("saml_connection", "active SAML connection")
    if connection.idp_initiated_auth_disabled:
        message = "Logins of this connection must not begin at the identity provider."
        raise EmulatedError("saml_idp_initiated_auth_disabled", message)
    organization = project.organizations.find(connection.organization_id)
    return _of_connection(project, organization, connection, {}, None)


def oauth_start(project: Project, query: Mapping[str, str], path: Mapping[str, str]) -> Start:
    """Read the start of an OAuth login to an organization."""
    name = check_provider(path["provider"])
    _check_public_token(project, query)
    given = [each for each in ("organization_id", "slug") if query.get(each)]
    if not given:
        raise EmulatedError("missing_oauth_organization_locator", "Give organization_id or slug.")
    if len(given) > 1:
        raise EmulatedError("too_many_oauth_organization_locators", "Give organization_id or slug, not both.")
    organization = project.organizations.find(query[given[0]])
    challenge = _challenge(query)
    return Start(
        title=f"{name}: log in to {organization.organization_name}",
        kind="oauth",
        source=path["provider"],
        subject_of=path["provider"],
        organization=organization,
        login_url=_redirect(project, "login", query, challenge, "oauth"),
        signup_url=_redirect(project, "signup", query, challenge, "oauth"),
        code_challenge=challenge,
        fields=_tenant_field(path["provider"]),
        hint=query.get("provider_login_hint", ""),
    )


def discovery_start(project: Project, query: Mapping[str, str], path: Mapping[str, str]) -> Start:
    """Read the start of an OAuth login without an organization."""
    name = check_provider(path["provider"])
    _check_public_token(project, query)
    challenge = _challenge(query)
    url = _redirect(project, "discovery", query, challenge, "oauth")
    return Start(
        title=f"{name}: log in",
        kind="discovery_oauth",
        source=path["provider"],
        subject_of=path["provider"],
        organization=None,
        login_url=url,
        signup_url=url,
        code_challenge=challenge,
        fields=_tenant_field(path["provider"]),
        hint=query.get("provider_login_hint", ""),
    )


def _of_connection(
    project: Project, organization: Organization, connection: AnyConnection, query: Mapping[str, str], challenge: str | None
) -> Start:
    source = source_of(project, connection)
    return Start(
        title=f"{connection.display_name or 'SSO'}: log in to {organization.organization_name}",
        kind="sso",
        source=connection.connection_id,
        subject_of=source.connection_id,
        organization=organization,
        login_url=_redirect(project, "login", query, challenge, "sso"),
        signup_url=_redirect(project, "signup", query, challenge, "sso"),
        code_challenge=challenge,
        fields={"groups": "Groups, separated by commas"},
        hint=query.get("login_hint", ""),
    )


def _check_public_token(project: Project, query: Mapping[str, str]) -> None:
    given = query.get("public_token")
    if not given:
        raise EmulatedError("public_token_required", "public_token is missing.")
    if not hmac.compare_digest(given.encode(), project.public_token.encode()):
        raise missing("public_token", "public token")


def _challenge(query: Mapping[str, str]) -> str | None:
    challenge = query.get("pkce_code_challenge") or None
    check_challenge(challenge)
    return challenge


def _redirect(project: Project, name: RedirectName, query: Mapping[str, str], challenge: str | None, flow: str) -> str:
    try:
        return redirect_of(project, name, query.get(f"{name}_redirect_url"), challenge)
    except EmulatedError as error:
        if error.error_type != _UNREGISTERED:
            raise
        raise EmulatedError(f"no_match_for_provided_{flow}_url", error.message) from None


def _only_connection(project: Project, organization: Organization) -> AnyConnection:
    active = [each for each in project.sso_connections.of(organization.organization_id) if each.status == "active"]
    if not active:
        raise EmulatedError("no_sso_connection_exists_for_organization", "The organization has no active SSO connection.")
    default = organization.sso_default_connection_id
    chosen = active if len(active) == 1 else [each for each in active if each.connection_id == default]
    if not chosen:
        message = "The organization has several SSO connections, and none is its default."
        raise EmulatedError("indeterminate_sso_connection_for_organization", message)
    return chosen[0]


def _tenant_field(provider: str) -> Mapping[str, str]:
    return {"tenants": "Ids of tenants (workspaces, hubs), separated by commas"} if provider in TENANT_PROVIDERS else {}
