"""Shared parameters of creating and updating a member."""

from collections.abc import Sequence
from typing import TypeVar

from stytch_b2b_async.api._shared.organization_params import OrganizationPath
from stytch_b2b_async.authorization import AsMember
from stytch_b2b_async.models.bounded import ExternalId
from stytch_b2b_async.schema import JSONObject, frozen

R = TypeVar("R")


@frozen
class MemberParams(OrganizationPath[R]):
    """Properties of a member. In an update, omitted fields stay unchanged.

    - `trusted_metadata`, `untrusted_metadata`: each at most 20 keys and 4 KB; an update merges the top-level keys, and None deletes
      one. A frontend may only write `untrusted_metadata`.
    - `is_breakglass`: may log in by any method, whatever the organization's `auth_methods` and `mfa_methods` say.
    - `mfa_phone_number`: in E.164 format, such as `+12025550162`; to change it, delete it first.
    - `mfa_enrolled`: require MFA at every login; used if the organization's `mfa_policy` is OPTIONAL.
    - `roles`: ids; they replace all roles that were assigned directly.
    - `external_id`: your own id, at most 128 of `A-Z a-z 0-9 . _ | -`; unique in the organization.
    """

    name: str | None = None
    trusted_metadata: JSONObject | None = None
    untrusted_metadata: JSONObject | None = None
    is_breakglass: bool | None = None
    mfa_phone_number: str | None = None
    mfa_enrolled: bool | None = None
    roles: Sequence[str] | None = None
    external_id: ExternalId | None = None
    authorization: AsMember = None
