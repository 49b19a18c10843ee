"""The members of an organization."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

from stytch_b2b_async.api._shared.organization_params import MemberPath, OrganizationPath, PageParams
from stytch_b2b_async.api._shared.responses import MemberResponse
from stytch_b2b_async.authorization import AsMember
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, Response, cached_property, delete, get, post, put
from stytch_b2b_async.endpoint.paging import Page, PagedEndpoint
from stytch_b2b_async.models.enums import MfaMethod
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.search import ResultsMetadata, SearchQuery
from stytch_b2b_async.schema import InPath, Location, OrMapping, frozen

from ._accounts import ListConnectedApps, ListOIDCProviders
from ._addresses import StartEmailUpdate, UnlinkRetiredEmail
from ._deletions import DeleteExternalId, DeleteMfaPhoneNumber, DeletePassword, DeleteTotp
from ._params import MemberParams

if TYPE_CHECKING:
    from .connected_apps import OrganizationsMembersConnectedApps
    from .oauth_providers import OrganizationsMembersOAuthProviders


@post("/v1/b2b/organizations/{organization_id}/members", Effect.ACTS_ONCE)
class Create(MemberParams[MemberResponse]):
    """Create a member of an organization, without sending an email.

    The member is active at once. The email address is verified by the first login with it.

    - `create_member_as_pending`: keep the member pending until that login.

    Raises DuplicateMemberEmailError, OrganizationNotFoundError, SessionAuthorizationError, BadRequestError
    (`duplicate_member_external_id`, `duplicate_member_phone_number`, `retired_member_email`, `invalid_rbac_role_id`,
    `action_not_allowed_email_domain_is_claimed`).
    See https://stytch.com/docs/api-reference/b2b/api/members/create-member.
    """

    email_address: str
    create_member_as_pending: bool | None = None


@get("/v1/b2b/organizations/{organization_id}/member")
class Get(OrganizationPath[MemberResponse]):
    """Fetch a member by exactly one of id and email address.

    - `member_id`: or the member's external id.

    Raises MemberNotFoundError, OrganizationNotFoundError, BadRequestError (`invalid_member_get_fields`).
    See https://stytch.com/docs/api-reference/b2b/api/members/get-member.
    """

    member_id: Annotated[str | None, Location.QUERY] = None
    email_address: Annotated[str | None, Location.QUERY] = None


@get("/v1/b2b/organizations/members/dangerously_get/{member_id}")
class DangerouslyGet(Request[MemberResponse]):
    """Fetch a member by id, in any organization.

    Dangerous with an id from a browser: it is not checked which organization it belongs to. Use `get` for those.

    - `include_deleted`: include deleted members.

    Raises MemberNotFoundError.
    See https://stytch.com/docs/api-reference/b2b/api/members/get-member-dangerous.
    """

    member_id: InPath
    include_deleted: Annotated[bool | None, Location.QUERY] = None


@put("/v1/b2b/organizations/{organization_id}/members/{member_id}", Effect.REPEATABLE)
class Update(MemberParams[MemberResponse]):
    """Update a member; omitted fields stay unchanged.

    With `authorization`, each field needs its own permission, `trusted_metadata` is not allowed, and members cannot change their
    own `email_address`: use `start_email_update`.

    - `member_id`: or the member's external id.
    - `email_address`: a change deletes the member's password, and the address is unverified until a login verifies it. The old
      address remains reserved as a retired one, unless `unlink_email` is set.
    - `preserve_existing_sessions`: if `roles` removes a role that an SSO connection also grants, keep the sessions that were
      started through that connection, instead of revoking them.
    - `default_mfa_method`: one of the member's own.

    Raises MemberNotFoundError, DuplicateMemberEmailError, SessionAuthorizationError, BadRequestError
    (`duplicate_member_external_id`, `duplicate_member_phone_number`, `default_mfa_member_missing_factor`,
    `invalid_rbac_role_id`, `member_cannot_update_their_email_address`, `metadata_too_large`).
    See https://stytch.com/docs/api-reference/b2b/api/members/update-member.
    """

    member_id: InPath
    preserve_existing_sessions: bool | None = None
    default_mfa_method: MfaMethod | None = None
    email_address: str | None = None
    unlink_email: bool | None = None


@frozen
class DeleteResponse(Response):
    """The id of the deleted member."""

    member_id: str


@delete("/v1/b2b/organizations/{organization_id}/members/{member_id}", Effect.REPEATABLE)
class Delete(MemberPath[DeleteResponse]):
    """Delete a member, and revoke their invitations and sessions.

    `reactivate` undoes it, if the email address was verified.

    Raises MemberNotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/members/delete-member.
    """

    authorization: AsMember = None


@put("/v1/b2b/organizations/{organization_id}/members/{member_id}/reactivate", Effect.REPEATABLE)
class Reactivate(OrganizationPath[MemberResponse]):
    """Reactivate a deleted member whose email address was verified.

    - `member_id`: not the external id.

    Raises BadRequestError (`no_deleted_member_found_for_reactivation`, `email_unverified_for_reactivation`,
    `reactivation_email_belongs_to_another_member`), SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/members/reactivate-member.
    """

    member_id: InPath
    authorization: AsMember = None


@frozen
class SearchResponse(Page[Member]):
    """One page of the members found, and their organizations."""

    members: list[Member]
    results_metadata: ResultsMetadata
    organizations: dict[str, Organization]
    """By id."""


@post("/v1/b2b/organizations/members/search", Effect.READS)
class Search(PageParams[SearchResponse]):
    """Search members of some organizations: all of them, or those that match a query.

    Do not use it during logins: a search can take 9 seconds, and 100 per minute are allowed. Deleted members are found only if
    `statuses` includes them.

    - `organization_ids`: at least one; with `authorization`, only the session's own.
    - `query`: filters by `member_ids`, `member_emails`, `member_email_fuzzy`, `member_is_breakglass` (a bool), `statuses`,
      `member_mfa_phone_numbers`, `member_mfa_phone_number_fuzzy`, `member_password_exists` (a bool), `member_roles`. The
      fuzzy ones take a string of at least 3 characters.

    Raises SearchTimeoutError, SessionAuthorizationError, BadRequestError (`member_search_organization_ids_empty`,
    `member_search_filter_name_not_recognized`, `user_search_invalid_cursor`, `user_search_invalid_limit`).
    See https://stytch.com/docs/api-reference/b2b/api/members/search-members.
    """

    organization_ids: Sequence[str]
    query: OrMapping[SearchQuery] | None = None
    authorization: AsMember = None


class OrganizationsMembers(Namespace[Mode]):
    """The members of an organization."""

    create: Final = Endpoint(Create)
    get: Final = Endpoint(Get)
    dangerously_get: Final = Endpoint(DangerouslyGet)
    search: Final = PagedEndpoint(Search)
    update: Final = Endpoint(Update)
    delete: Final = Endpoint(Delete)
    reactivate: Final = Endpoint(Reactivate)
    start_email_update: Final = Endpoint(StartEmailUpdate)
    unlink_retired_email: Final = Endpoint(UnlinkRetiredEmail)
    delete_password: Final = Endpoint(DeletePassword)
    delete_mfa_phone_number: Final = Endpoint(DeleteMfaPhoneNumber)
    delete_totp: Final = Endpoint(DeleteTotp)
    delete_external_id: Final = Endpoint(DeleteExternalId)
    oidc_providers: Final = Endpoint(ListOIDCProviders)
    get_connected_apps: Final = Endpoint(ListConnectedApps)

    @cached_property
    def oauth_providers(self) -> OrganizationsMembersOAuthProviders[Mode]:
        """A member's accounts and tokens at OAuth providers."""
        from .oauth_providers import OrganizationsMembersOAuthProviders

        return OrganizationsMembersOAuthProviders(self._send)

    @cached_property
    def connected_apps(self) -> OrganizationsMembersConnectedApps[Mode]:
        """The connected apps that a member has authorized."""
        from .connected_apps import OrganizationsMembersConnectedApps

        return OrganizationsMembersConnectedApps(self._send)
