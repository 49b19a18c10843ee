"""Incomplete logins, and the requests that continue them."""

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, Unpack

from stytch_b2b_async._tracebacks import clean_traceback
from stytch_b2b_async.models.discovery import DiscoveredOrganization
from stytch_b2b_async.models.enums import Locale
from stytch_b2b_async.schema import Model, Secret, fields_of, frozen

from .options import LoginOptions, OrganizationOptions, SecondFactorOptions, SessionOptions

if TYPE_CHECKING:
    from stytch_b2b_async.api import magic_links, oauth, passwords, recovery_codes, sso, totps
    from stytch_b2b_async.api.discovery import intermediate_sessions, organizations
    from stytch_b2b_async.api.otps import email, sms


@frozen
class UnfinishedLogin(Model):
    """A login without a session yet: the intermediate session token stands for the factors authenticated so far.

    To continue in another HTTP request, store the token in an `HttpOnly`, `Secure` cookie, and build the step from it again:
    `NeedsSecondFactor(intermediate_session_token=…, …)`.
    """

    intermediate_session_token: Secret
    intermediate_session_token_expires_at: datetime | None = None
    """Ten minutes after it was issued."""

    def __attrs_post_init__(self) -> None:
        for field in fields_of(type(self)):
            if field.required:
                _check_text(field.name, getattr(self, field.name))


@frozen
class NeedsSecondFactor(UnfinishedLogin):
    """A member who must authenticate or enroll a second factor."""

    organization_id: str
    member_id: str
    phone_number: str | None = None
    """The member's number for text messages, if any."""
    totp_registered: bool = False
    """Whether the member has an authenticator app."""
    must_enroll: bool = False
    """Whether the member has no second factor yet: continue with `enroll_totp`, or with `send_sms` to a number that they enter."""
    code_sent: bool = False
    """Whether a code was already sent to `phone_number`: continue with `sms_code`."""

    def send_sms(self, phone_number: str | None = None, *, locale: Locale | None = None) -> "sms.Send":
        """Send a code to the member's number or, if they have none, to this one, which becomes theirs."""
        from stytch_b2b_async.api.otps import sms

        return sms.Send(**self._member(), mfa_phone_number=phone_number, locale=locale)

    @clean_traceback
    def sms_code(self, code: str, **options: Unpack[SecondFactorOptions]) -> "sms.Authenticate":
        """Log in with the code from the text message."""
        from stytch_b2b_async.api.otps import sms

        return sms.Authenticate(**self._member(), code=code, **options)

    def enroll_totp(self, *, expiration_minutes: int | None = None) -> "totps.Create":
        """Create a secret for an authenticator app; continue with `totp_code`, by default within 60 minutes."""
        from stytch_b2b_async.api import totps

        return totps.Create(**self._member(), expiration_minutes=expiration_minutes)

    @clean_traceback
    def totp_code(self, code: str, **options: Unpack[SecondFactorOptions]) -> "totps.Authenticate":
        """Log in with a code from the authenticator app; the first one also confirms the app."""
        from stytch_b2b_async.api import totps

        return totps.Authenticate(**self._member(), code=code, **options)

    @clean_traceback
    def recovery_code(self, code: str, **options: Unpack[SessionOptions]) -> "recovery_codes.Recover":
        """Log in with a recovery code instead of the authenticator app."""
        from stytch_b2b_async.api import recovery_codes

        return recovery_codes.Recover(**self._member(), recovery_code=code, **options)

    def _member(self) -> "_Known":
        return {
            "intermediate_session_token": self.intermediate_session_token,
            "organization_id": self.organization_id,
            "member_id": self.member_id,
        }


class _Known(TypedDict):
    """Parameters of every call about a second factor."""

    intermediate_session_token: str
    organization_id: str
    member_id: str


@frozen
class NeedsPrimaryFactor(UnfinishedLogin):
    """A member who must authenticate another primary factor; factors authenticated so far remain valid."""

    organization_id: str
    allowed_auth_methods: tuple[str, ...] = ()
    """Such as `sso`, `magic_link`, `email_otp`, `password`, `google_oauth`."""

    @clean_traceback
    def password(self, email_address: str, password: str, **options: Unpack[LoginOptions]) -> "passwords.Authenticate":
        """Continue with a password."""
        from stytch_b2b_async.api import passwords

        return passwords.Authenticate(
            intermediate_session_token=self.intermediate_session_token,
            organization_id=self.organization_id,
            email_address=email_address,
            password=password,
            **options,
        )

    @clean_traceback
    def email_code(self, email_address: str, code: str, **options: Unpack[LoginOptions]) -> "email.Authenticate":
        """Continue with an emailed code, sent by `otps.email.login_or_signup`."""
        from stytch_b2b_async.api.otps import email

        return email.Authenticate(
            intermediate_session_token=self.intermediate_session_token,
            organization_id=self.organization_id,
            email_address=email_address,
            code=code,
            **options,
        )

    @clean_traceback
    def magic_link(
        self, token: str, *, pkce_code_verifier: str | None = None, **options: Unpack[LoginOptions]
    ) -> "magic_links.Authenticate":
        """Continue with the token of a magic link, sent by `magic_links.email.login_or_signup`."""
        from stytch_b2b_async.api import magic_links

        return magic_links.Authenticate(
            intermediate_session_token=self.intermediate_session_token,
            magic_links_token=token,
            pkce_code_verifier=pkce_code_verifier,
            **options,
        )

    @clean_traceback
    def oauth(self, token: str, *, pkce_code_verifier: str | None = None, **options: Unpack[LoginOptions]) -> "oauth.Authenticate":
        """Continue with the token returned by an OAuth provider."""
        from stytch_b2b_async.api import oauth

        return oauth.Authenticate(
            intermediate_session_token=self.intermediate_session_token,
            oauth_token=token,
            pkce_code_verifier=pkce_code_verifier,
            **options,
        )

    @clean_traceback
    def sso(self, token: str, *, pkce_code_verifier: str | None = None, **options: Unpack[LoginOptions]) -> "sso.Authenticate":
        """Continue with the token returned by the organization's identity provider."""
        from stytch_b2b_async.api import sso

        return sso.Authenticate(
            intermediate_session_token=self.intermediate_session_token,
            sso_token=token,
            pkce_code_verifier=pkce_code_verifier,
            **options,
        )


@frozen
class ChooseOrganization(UnfinishedLogin):
    """A person who authenticated an email address, and has not chosen an organization yet."""

    email_address: str | None = None
    discovered_organizations: tuple[DiscoveredOrganization, ...] = ()
    """Organizations that the person may `join`."""

    def join(self, organization_id: str, **options: Unpack[LoginOptions]) -> "intermediate_sessions.Exchange":
        """Log in to an organization, and become a member if necessary."""
        from stytch_b2b_async.api.discovery import intermediate_sessions

        return intermediate_sessions.Exchange(
            intermediate_session_token=self.intermediate_session_token, organization_id=organization_id, **options
        )

    def create(self, organization_name: str | None = None, **options: Unpack[OrganizationOptions]) -> "organizations.Create":
        """Create an organization and log in as its first member and admin; name and slug default to parts of the email address."""
        from stytch_b2b_async.api.discovery import organizations

        return organizations.Create(
            intermediate_session_token=self.intermediate_session_token, organization_name=organization_name, **options
        )

    def list_organizations(self) -> "organizations.List":
        """List again the organizations that the person may join; does not use up the token."""
        from stytch_b2b_async.api.discovery import organizations

        return organizations.List(intermediate_session_token=self.intermediate_session_token)


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    if not value:
        raise ValueError(f"{name} must not be empty")
