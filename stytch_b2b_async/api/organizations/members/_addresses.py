"""Change a member's email address, or unlink a former one."""

from __future__ import annotations

from stytch_b2b_async.api._shared.organization_params import MemberPath
from stytch_b2b_async.api._shared.responses import MemberResponse
from stytch_b2b_async.authorization import AsMember
from stytch_b2b_async.endpoint import Effect, post
from stytch_b2b_async.models.enums import EmailLocale, EmailUpdateDeliveryMethod
from stytch_b2b_async.schema import frozen


@post("/v1/b2b/organizations/{organization_id}/members/{member_id}/start_email_update", Effect.ACTS_ONCE)
class StartEmailUpdate(MemberPath[MemberResponse]):
    """Start a change of a member's email address: send a link or a code to the new one.

    The address changes when the link or code is authenticated as for a login, within five minutes; until then it is reserved. The
    member must be active, with a verified email address.

    - `email_address`: the new one; must not belong to another member, even as a retired address.
    - `login_redirect_url`: where the link leads; must be registered with the project, which also has the default.
    - `delivery_method`: default: a link.

    Raises MemberNotFoundError, DuplicateMemberEmailError, SessionAuthorizationError, BadRequestError
    (`email_updates_available_only_for_active_members`, `member_has_no_active_verified_email`,
    `desired_email_updating_for_different_member`, `desired_email_deactivated_by_different_member`).
    See https://stytch.com/docs/b2b/api/start-member-email-update.
    """

    email_address: str
    login_redirect_url: str | None = None
    locale: EmailLocale | None = None
    login_template_id: str | None = None
    delivery_method: EmailUpdateDeliveryMethod | None = None
    authorization: AsMember = None


@frozen
class UnlinkRetiredEmailResponse(MemberResponse):
    """The member, without the retired address."""

    organization_id: str


@post("/v1/b2b/organizations/{organization_id}/members/{member_id}/unlink_retired_email", Effect.REPEATABLE)
class UnlinkRetiredEmail(MemberPath[UnlinkRetiredEmailResponse]):
    """Unlink a retired email address of a member, so that another member can use it.

    Takes `email_id` or `email_address`; `retired_email_addresses` of the member lists both.

    Raises MemberNotFoundError, SessionAuthorizationError, BadRequestError (`retired_email_missing_email_identifiers`,
    `cannot_delete_email`).
    See https://stytch.com/docs/api-reference/b2b/api/members/unlink-retired-email.
    """

    email_id: str | None = None
    email_address: str | None = None
    authorization: AsMember = None
