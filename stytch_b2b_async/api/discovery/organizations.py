"""List the organizations that a user can log in to, or create one."""

from __future__ import annotations

from typing import Final

from stytch_b2b_async.api._shared.factor_params import FactorProofParams
from stytch_b2b_async.api._shared.organization_params import OrganizationParams
from stytch_b2b_async.api._shared.responses import LoginResponse
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Response, post
from stytch_b2b_async.models.bounded import OrganizationName, SessionMinutes
from stytch_b2b_async.models.discovery import DiscoveredOrganization
from stytch_b2b_async.schema import JSONObject, Secret, frozen


@post("/v1/b2b/discovery/organizations/create", Effect.ACTS_ONCE)
class Create(OrganizationParams[LoginResponse]):
    """Create an organization with the factors authenticated so far, and log in as its first member and admin.

    The email address must have just been verified, by a link or code, Google, Microsoft or a first password. Otherwise, or if the
    new organization requires a second factor, the response contains the intermediate session again and what is missing.

    - `organization_name`, `organization_slug`: default: derived from the domain of the email address, or from its local part at
      free mail providers.
    - `session_duration_minutes`: from now, 5 to 527040 (366 days); default 60.
    - `session_custom_claims`: custom claims of the JWT, at most 4 KB in all. Reserved names are ignored.
    - `telemetry_id`: from Stytch's device fingerprinting; fills `member_device` in the response.

    Raises IntermediateSessionNotFoundError, OrganizationSlugTakenError, BadRequestError (`invalid_organization_slug`,
    `action_not_allowed_email_domain_is_claimed`).
    See https://stytch.com/docs/b2b/api/create-organization-via-discovery.
    """

    intermediate_session_token: Secret
    session_duration_minutes: SessionMinutes | None = None
    session_custom_claims: JSONObject | None = None
    organization_name: OrganizationName | None = None
    telemetry_id: str | None = None


@frozen
class ListResponse(Response):
    """A user, and the organizations that they can log in to."""

    email_address: str
    discovered_organizations: list[DiscoveredOrganization]
    organization_id_hint: str | None = None
    """The organization that the intermediate session is for, if any."""


@post("/v1/b2b/discovery/organizations", Effect.READS)
class List(FactorProofParams[ListResponse]):
    """List the organizations that a user can log in to.

    Takes exactly one of `intermediate_session_token`, which is not used up, `session_token` and `session_jwt`. With an intermediate
    session, continue with `discovery.intermediate_sessions.exchange`. With a session, continue with `sessions.exchange`; the list
    then omits organizations that the user could join without an invitation.

    Raises IntermediateSessionNotFoundError, SessionNotFoundError, BadRequestError (`no_session_arguments`,
    `too_many_session_arguments`, `invalid_session_token`).
    See https://stytch.com/docs/b2b/api/list-discovered-organizations.
    """


class DiscoveryOrganizations(Namespace[Mode]):
    """List the organizations that a user can log in to, or create one."""

    create: Final = Endpoint(Create)
    list: Final = Endpoint(List)
