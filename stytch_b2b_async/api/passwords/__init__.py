"""Passwords: checking, logging in, resetting and bringing them along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stytch_b2b_async.api._shared.responses import LoginResponse, MemberResponse
from stytch_b2b_async.api._shared.session_params import AuthenticateParams
from stytch_b2b_async.endpoint import Effect, Endpoint, Mode, Namespace, Request, Response, cached_property, post
from stytch_b2b_async.models.bounded import ExternalId
from stytch_b2b_async.models.enums import EmailLocale, PasswordHashType
from stytch_b2b_async.models.passwords import Argon2Config, LudsFeedback, PBKDF2Config, SaltConfig, ScryptConfig, ZxcvbnFeedback
from stytch_b2b_async.schema import JSONObject, OrMapping, Secret, frozen

if TYPE_CHECKING:
    from .discovery import PasswordsDiscovery
    from .email import PasswordsEmail
    from .existing_password import PasswordsExistingPassword
    from .sessions import PasswordsSessions


@frozen
class StrengthCheckResponse(Response):
    """How a password stands up to the project's policy."""

    valid_password: bool
    """Whether it may be used."""
    score: int
    """zxcvbn's score, 0 (guessed at once) to 4; from 3 on it is valid."""
    breached_password: bool
    """Whether it is on a list of leaked ones; looked up when the project checks that on creation."""
    strength_policy: str
    """`zxcvbn` or `luds`."""
    breach_detection_on_create: bool
    luds_feedback: LudsFeedback | None = None
    zxcvbn_feedback: ZxcvbnFeedback | None = None


@post("/v1/b2b/passwords/strength_check", Effect.READS)
class StrengthCheck(Request[StrengthCheckResponse]):
    """Check a password against the project's strength policy, before setting it.

    With an `email_address` the verdict also counts known breaches, and how much of the address the password repeats.
    See https://stytch.com/docs/b2b/api/strength-check.
    """

    password: Secret
    email_address: str | None = None


@frozen
class MigrateResponse(MemberResponse):
    """The member who has the password now."""

    member_created: bool


@post("/v1/b2b/passwords/migrate", Effect.ACTS_ONCE)
class Migrate(Request[MigrateResponse]):
    """Bring along a password that another system hashed.

    Creates the member if necessary, and takes the address for verified. The config that belongs to `hash_type` must be given,
    unless the hash itself says it all (bcrypt, phpass). `roles` replaces the roles assigned directly; sessions that rest on SSO end
    unless `preserve_existing_sessions`. At most 100 calls a second. With passwords shared between organizations, call it once for
    each.

    - `mfa_phone_number`: in E.164 form, such as `+12025550162`.
    - `external_id`: kept when the member is created, ignored otherwise.

    Raises BadRequestError: `password_already_exists`, or the `invalid_…` and `…_mismatch` of what is wrong with the hash.
    See https://stytch.com/docs/api-reference/b2b/api/passwords/migrate.
    """

    email_address: str
    hash: Secret
    hash_type: PasswordHashType
    organization_id: str
    md_5_config: OrMapping[SaltConfig] | None = None
    argon_2_config: OrMapping[Argon2Config] | None = None
    sha_1_config: OrMapping[SaltConfig] | None = None
    sha_512_config: OrMapping[SaltConfig] | None = None
    scrypt_config: OrMapping[ScryptConfig] | None = None
    pbkdf_2_config: OrMapping[PBKDF2Config] | None = None
    name: str | None = None
    trusted_metadata: JSONObject | None = None
    untrusted_metadata: JSONObject | None = None
    roles: list[str] | None = None
    preserve_existing_sessions: bool | None = None
    mfa_phone_number: str | None = None
    set_phone_number_verified: bool | None = None
    external_id: ExternalId | None = None


@frozen
class PasswordLoginResponse(LoginResponse):
    """A member, logged in unless another factor is missing."""

    organization_id: str


@post("/v1/b2b/passwords/authenticate", Effect.ACTS_ONCE)
class Authenticate(AuthenticateParams[PasswordLoginResponse]):
    """Log a member in with a password.

    Starts a session of 60 minutes, unless the response says that another factor is missing.

    - `locale`: language of the text message, when the login sends one.

    Raises AuthenticationError for a wrong password, MemberPasswordNotFoundError, PasswordResetRequiredError when the password has
    leaked or no longer meets the policy, MemberLockedError after too many failures.
    See https://stytch.com/docs/api-reference/b2b/api/passwords/authenticate.
    """

    organization_id: str
    email_address: str
    password: Secret
    locale: EmailLocale | None = None


class Passwords(Namespace[Mode]):
    """Passwords: checking, logging in, resetting and bringing them along."""

    strength_check: Final = Endpoint(StrengthCheck)
    migrate: Final = Endpoint(Migrate)
    authenticate: Final = Endpoint(Authenticate)

    @cached_property
    def email(self) -> PasswordsEmail[Mode]:
        """Resets that go through a mailbox."""
        from .email import PasswordsEmail

        return PasswordsEmail(self._send)

    @cached_property
    def sessions(self) -> PasswordsSessions[Mode]:
        """Resets by a member who is logged in."""
        from .sessions import PasswordsSessions

        return PasswordsSessions(self._send)

    @cached_property
    def existing_password(self) -> PasswordsExistingPassword[Mode]:
        """Resets by a member who knows the old password."""
        from .existing_password import PasswordsExistingPassword

        return PasswordsExistingPassword(self._send)

    @cached_property
    def discovery(self) -> PasswordsDiscovery[Mode]:
        """Passwords of people who have not chosen an organization yet."""
        from .discovery import PasswordsDiscovery

        return PasswordsDiscovery(self._send)
