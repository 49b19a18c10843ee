"""The project settings of Stytch's dashboard."""

from collections.abc import Mapping, Sequence
from typing import Literal

import attrs

from .rate_limits import RateLimit

BREACHED_PASSWORDS = frozenset({"password123!", "Password123!", "a strong passphrase that leaked"})
"""A sample of breached passwords that pass the strength policies."""

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
class TrustedTokenProfile:
    """Another identity system whose tokens `sessions.attest` accepts."""

    issuer: str
    audience: str
    public_keys: Sequence[str]
    """In PEM, RSA or elliptic curves; a token is signed with one of them."""
    email_claim: str = "email"
    organization_claim: str = "organization_id"
    """An organization's id, slug or external id; the call names it if the token does not."""
    token_id_claim: str = "jti"  # noqa: S105  # a claim's name
    creates_members: bool = False
    """Whether unknown people become members."""


@attrs.frozen(kw_only=True)
class ProjectSettings:
    """Settings of the emulated project; defaults as at Stytch, except for URLs and breaches."""

    cross_organization_passwords: bool = True
    """Whether a person has one password for all organizations, or one in each. Cannot be changed once there are passwords."""
    strength_policy: Literal["zxcvbn", "luds"] = "zxcvbn"
    luds_min_length: int = 8
    luds_min_complexity: int = 3
    """Kinds of characters that a password needs, 1 to 4, when `strength_policy` is `luds`."""
    breached_passwords: frozenset[str] = BREACHED_PASSWORDS
    breach_detection_on_create: bool = True
    breach_detection_on_authentication: bool = True
    validate_on_authentication: bool = False
    """Whether a member whose password no longer meets the policy must choose another at the next login."""
    password_reset_redirect_url: str | None = "http://localhost:3000/authenticate"  # noqa: S105  # a URL
    """Where password reset links lead by default; None makes a missing URL an error. Likewise the next four."""
    login_redirect_url: str | None = "http://localhost:3000/authenticate"
    signup_redirect_url: str | None = "http://localhost:3000/authenticate"
    invite_redirect_url: str | None = "http://localhost:3000/authenticate"
    discovery_redirect_url: str | None = "http://localhost:3000/authenticate"
    public_token: str | None = None
    """The token that browsers bring to the start of an OAuth or SSO login; None derives one from the project id."""
    email_templates: frozenset[str] | None = None
    """Ids of email templates; None allows all."""
    redirect_urls: frozenset[str] | None = None
    """URLs that links may lead to; None allows all."""
    max_session_minutes: int = 527_040
    failures_before_lock: int = attrs.field(default=10, validator=[attrs.validators.ge(1), attrs.validators.le(100)])
    """Failed logins in a row that lock a member, 1 to 100."""
    lock_minutes: int = attrs.field(default=60, validator=[attrs.validators.ge(5), attrs.validators.le(7 * 24 * 60)])
    """How long a member is locked, 5 minutes to 7 days."""
    trusted_token_profiles: Mapping[str, TrustedTokenProfile] = attrs.field(factory=dict[str, TrustedTokenProfile])
    """Identity systems that the project trusts, by profile id."""
    external_sessions: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """Sessions of another system that `sessions.migrate` accepts: token → email address, as its userinfo address would answer."""
    roles: Mapping[str, Mapping[str, Sequence[str]]] = attrs.field(factory=dict[str, Mapping[str, Sequence[str]]])
    """Roles beyond the built-in ones: role id → resource id → actions, `*` means all."""
    resources: Mapping[str, Sequence[str]] = attrs.field(factory=dict[str, Sequence[str]])
    """Resources beyond the API's own: resource id → actions. What roles and scopes name is added."""
    scopes: Mapping[str, Mapping[str, Sequence[str]]] = attrs.field(factory=dict[str, Mapping[str, Sequence[str]]])
    """What connected apps may do: scope → resource id → actions."""

    rate_limits: Sequence[RateLimit] = ()
    """Such as `DOCUMENTED_RATE_LIMITS`; none by default."""

    @property
    def policy(self) -> Mapping[str, Mapping[str, Sequence[str]]]:
        """All roles, with their actions by resource."""
        return {**self.roles, **BUILT_IN_ROLES}
