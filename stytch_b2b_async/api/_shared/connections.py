"""Shared parameters of SSO and SCIM connections."""

from __future__ import annotations

from typing import TypeVar

from stytch_b2b_async.authorization import AsMember
from stytch_b2b_async.endpoint import Response
from stytch_b2b_async.models.enums import SsoIdentityProvider
from stytch_b2b_async.models.sso import Connection, OIDCConnection, SAMLConnection
from stytch_b2b_async.schema import InPath, frozen

from .organization_params import OrganizationPath

R = TypeVar("R")


@frozen
class ConnectionOrganizationPath(OrganizationPath[R]):
    """The organization whose connections a call is about.

    - `authorization`: a member's session, whose roles must grant the call on `stytch.sso` or `stytch.scim`.
    """

    authorization: AsMember = None


@frozen
class ConnectionPath(ConnectionOrganizationPath[R]):
    """The connection that a call is about."""

    connection_id: InPath


@frozen
class CreateSSOConnectionParams(ConnectionOrganizationPath[R]):
    """A new connection.

    - `identity_provider`: one that the API knows, or `generic`.
    """

    display_name: str | None = None
    identity_provider: SsoIdentityProvider | None = None


@frozen
class DeleteConnectionResponse(Response):
    """The id of the deleted connection."""

    connection_id: str


@frozen
class SAMLConnectionResponse(Response):
    """The SAML connection after the call."""

    connection: SAMLConnection | None = None


@frozen
class OIDCConnectionResponse(Response):
    """The OIDC connection after the call."""

    connection: OIDCConnection | None = None


@frozen
class ExternalConnectionResponse(Response):
    """The external connection after the call."""

    connection: Connection | None = None
