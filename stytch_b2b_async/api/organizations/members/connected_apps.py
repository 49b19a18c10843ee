"""The connected apps that a member has authorized."""

from typing import Final

from stytch_b2b_async.api._shared.organization_params import MemberPath
from stytch_b2b_async.authorization import AsMember
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Response, post
from stytch_b2b_async.schema import InPath, frozen


@frozen
class RevokeResponse(Response):
    """The app's access is revoked."""


@post("/v1/b2b/organizations/{organization_id}/members/{member_id}/connected_apps/{connected_app_id}/revoke", Effect.REPEATABLE)
class Revoke(MemberPath[RevokeResponse]):
    """Revoke a connected app's access to a member, and its tokens.

    Raises MemberNotFoundError, NotFoundError (`connected_app_not_found`), SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/connected-apps/consent-management/revoke-connected-app-access-to-member.
    """

    connected_app_id: InPath
    authorization: AsMember = None


class OrganizationsMembersConnectedApps(Namespace[Mode]):
    """The connected apps that a member has authorized."""

    revoke: Final = Endpoint(Revoke)
