"""What the vendor's dashboard sets for a project."""

from collections.abc import Mapping, Sequence
from typing import Literal

import attrs

BREACHED_PASSWORDS = frozenset({"password123!", "Password123!", "a strong passphrase that leaked"})
"""Strong to zxcvbn or to old-fashioned rules, and leaked all the same: stands in for the list of leaks."""

BUILT_IN_ROLES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "stytch_member": {"stytch.self": ["*"]},
    "stytch_admin": {
        "stytch.organization": ["*"],
        "stytch.member": ["*"],
        "stytch.sso": ["*"],
        "stytch.scim": ["*"],
        "stytch.self": ["*"],
    },
}


@attrs.frozen(kw_only=True)
class ProjectSettings:
    """How the emulated project is set up; the defaults are the vendor's, but for addresses and leaks."""

    cross_organization_passwords: bool = True
    """One password of a person for all organizations, or one in each. Cannot be changed once there are passwords."""
    strength_policy: Literal["zxcvbn", "luds"] = "zxcvbn"
    luds_min_length: int = 8
    luds_min_complexity: int = 3
    """Kinds of characters that a password needs, 1 to 4, when `strength_policy` is `luds`."""
    breached_passwords: frozenset[str] = BREACHED_PASSWORDS
    breach_detection_on_create: bool = True
    breach_detection_on_authentication: bool = True
    validate_on_authentication: bool = False
    """Make a member whose password no longer meets the policy choose another one at the next login."""
    password_reset_redirect_url: str | None = "http://localhost:3000/authenticate"  # noqa: S105  # an address
    """Where mailed links lead that name no address of their own; None makes that an error."""
    redirect_urls: frozenset[str] | None = None
    """Addresses that links may lead to; None lets all pass."""
    max_session_minutes: int = 527_040
    failures_before_lock: int = 10
    lock_minutes: int = 60
    roles: Mapping[str, Mapping[str, Sequence[str]]] = attrs.field(factory=dict[str, Mapping[str, Sequence[str]]])
    """Roles beyond the built-in ones: role id → resource id → actions, of which `*` stands for all."""

    @property
    def policy(self) -> Mapping[str, Mapping[str, Sequence[str]]]:
        """All roles: what they allow, by resource."""
        return {**self.roles, **BUILT_IN_ROLES}
