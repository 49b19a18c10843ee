"""Delete factors and the external id of a member."""

from stytch_b2b_async.api._shared.organization_params import MemberPath, OrganizationPath
from stytch_b2b_async.api._shared.responses import MemberResponse
from stytch_b2b_async.authorization import AsMember
from stytch_b2b_async.endpoint import Effect, delete
from stytch_b2b_async.schema import InPath


@delete("/v1/b2b/organizations/{organization_id}/members/passwords/{member_password_id}", Effect.REPEATABLE)
class DeletePassword(OrganizationPath[MemberResponse]):
    """Delete a member's password.

    Not for projects whose passwords are shared between organizations.

    - `member_password_id`: from the member object.

    Raises NotFoundError, BadRequestError (`cross_org_passwords_enabled`, `cannot_delete_last_primary_factor`),
    SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/members/delete-member-password.
    """

    member_password_id: InPath
    authorization: AsMember = None


@delete("/v1/b2b/organizations/{organization_id}/members/mfa_phone_numbers/{member_id}", Effect.REPEATABLE)
class DeleteMfaPhoneNumber(MemberPath[MemberResponse]):
    """Delete a member's phone number for MFA, so that another can be set.

    Active sessions are kept; a second factor is required again at the next login.

    Raises MemberNotFoundError, NotFoundError (`member_phone_number_not_found`), SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/members/delete-member-mfa-phone-number.
    """

    authorization: AsMember = None


@delete("/v1/b2b/organizations/{organization_id}/members/{member_id}/totp", Effect.REPEATABLE)
class DeleteTotp(MemberPath[MemberResponse]):
    """Delete a member's authenticator app, so that another can be registered.

    Active sessions are kept; a second factor is required again at the next login.

    Raises MemberNotFoundError, NotFoundError (`totp_not_found`), SessionAuthorizationError.
    See https://stytch.com/docs/b2b/api/delete-member-mfa-totp.
    """

    authorization: AsMember = None


@delete("/v1/b2b/organizations/{organization_id}/members/{member_id}/external_id", Effect.REPEATABLE)
class DeleteExternalId(MemberPath[MemberResponse]):
    """Delete a member's external id.

    Raises MemberNotFoundError, SessionAuthorizationError.
    See https://stytch.com/docs/api-reference/b2b/api/members/delete-member-external-id.
    """

    authorization: AsMember = None
