"""Organizations that a user can log in to."""

from typing import Any, Literal

from stytch_b2b_async.schema import Model, OpenEnum, frozen

from .member import Member
from .mfa import MfaRequired, PrimaryRequired
from .organization import Organization


@frozen
class Membership(Model):
    """The user's membership in the organization, existing or possible."""

    type: OpenEnum[
        Literal[
            "active_member",
            "pending_member",
            "invited_member",
            "eligible_to_join_by_email_domain",
            "eligible_to_join_by_oauth_tenant",
        ]
    ]
    details: dict[str, Any] | None = None
    member: Member | None = None
    """None for a user who has not joined."""


@frozen
class DiscoveredOrganization(Model):
    """An organization that the user can log in to, and what is still missing.

    See https://stytch.com/docs/b2b/api/discovered-organization-object.
    """

    member_authenticated: bool
    """Whether the current factors suffice for a session in it."""
    organization: Organization | None = None
    membership: Membership | None = None
    primary_required: PrimaryRequired | None = None
    mfa_required: MfaRequired | None = None
