"""Passwords: check strength, log in, reset and migrate."""

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
    """The strength of a password under the project's policy."""

    valid_password: bool
    """Whether it meets the policy."""
    score: int
    """zxcvbn's score, 0 (guessed at once) to 4; from 3 on it is valid."""
    breached_password: bool
    """Whether it is on a list of leaked passwords; checked if the project has breach detection on creation."""
    strength_policy: str
    """`zxcvbn` or `luds`."""
    breach_detection_on_create: bool
    luds_feedback: LudsFeedback | None = None
    zxcvbn_feedback: ZxcvbnFeedback | None = None


@post("/v1/b2b/passwords/strength_check", Effect.READS)
class StrengthCheck(Request[StrengthCheckResponse]):
    """Check a password against the project's strength policy, before setting it.

    With an `email_address`, known breaches and the similarity to the address are also considered.
    See https://stytch.com/docs/b2b/api/strength-check.
    """

    password: Secret
    email_address: str | None = None


@frozen
class MigrateResponse(MemberResponse):
    """The member with the password."""

    member_created: bool


@post("/v1/b2b/passwords/migrate", Effect.ACTS_ONCE)
class Migrate(Request[MigrateResponse]):
    """Import a password hash from another system.

    Creates the member if necessary, and treats the email address as verified. The config of the `hash_type` is required, unless the
    hash contains all parameters (bcrypt, phpass). `roles` replaces the roles assigned directly, which revokes sessions that rely on
    SSO unless `preserve_existing_sessions` is set. At most 100 calls per second. If passwords are shared between organizations,
    call it once for each organization.

    - `mfa_phone_number`: in E.164 format, such as `+12025550162`.
    - `external_id`: set if the member is created, ignored otherwise.

    Raises BadRequestError: `password_already_exists`, or `invalid_…` and `…_mismatch` for what is wrong with the hash.
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

    - `locale`: language of the text message, if the login sends one.

    Raises AuthenticationError for a wrong password, MemberPasswordNotFoundError, PasswordResetRequiredError if the password has
    leaked or no longer meets the policy, MemberLockedError after too many failures.
    See https://stytch.com/docs/api-reference/b2b/api/passwords/authenticate.
    """

    organization_id: str
    email_address: str
    password: Secret
    locale: EmailLocale | None = None


class Passwords(Namespace[Mode]):
    """Passwords: check strength, log in, reset and migrate."""

    strength_check: Final = Endpoint(StrengthCheck)
    migrate: Final = Endpoint(Migrate)
    authenticate: Final = Endpoint(Authenticate)

    @cached_property
    def email(self) -> PasswordsEmail[Mode]:
        """Password resets by email."""
        from .email import PasswordsEmail

        return PasswordsEmail(self._send)

    @cached_property
    def sessions(self) -> PasswordsSessions[Mode]:
        """Password resets by a member who is logged in."""
        from .sessions import PasswordsSessions

        return PasswordsSessions(self._send)

    @cached_property
    def existing_password(self) -> PasswordsExistingPassword[Mode]:
        """Password resets by a member who knows the old password."""
        from .existing_password import PasswordsExistingPassword

        return PasswordsExistingPassword(self._send)

    @cached_property
    def discovery(self) -> PasswordsDiscovery[Mode]:
        """Passwords of users who have not chosen an organization yet."""
        from .discovery import PasswordsDiscovery

        return PasswordsDiscovery(self._send)
