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

    - `authorization`: a member's session, whose roles must then allow the call on `stytch.sso`, or `stytch.scim`.
    """

    authorization: AsMember = None


@frozen
class ConnectionPath(ConnectionOrganizationPath[R]):
    """The connection that a call is about."""

    connection_id: InPath


@frozen
class CreateSSOConnectionParams(ConnectionOrganizationPath[R]):
    """A connection to be.

    - `identity_provider`: `generic` unless it is one that the API knows how to treat.
    """

    display_name: str | None = None
    identity_provider: SsoIdentityProvider | None = None


@frozen
class DeleteConnectionResponse(Response):
    """Which connection is gone."""

    connection_id: str


@frozen
class SAMLConnectionResponse(Response):
    """The SAML connection as it is now."""

    connection: SAMLConnection | None = None


@frozen
class OIDCConnectionResponse(Response):
    """The OIDC connection as it is now."""

    connection: OIDCConnection | None = None


@frozen
class ExternalConnectionResponse(Response):
    """The external connection as it is now."""

    connection: Connection | None = None
