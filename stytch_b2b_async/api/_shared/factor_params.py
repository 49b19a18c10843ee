"""Shared parameters of magic links, one-time codes and second factors."""

from __future__ import annotations

from typing import TypeVar

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.models.enums import EmailLocale, MfaEnrollment
from stytch_b2b_async.schema import Secret, frozen

from .session_params import AuthenticateParams

R = TypeVar("R")


@frozen
class RedirectLoginParams(AuthenticateParams[R]):
    """Parameters of a login with a token from the query of a redirect.

    - `pkce_code_verifier`: PKCE: required if the login was started with a `pkce_code_challenge`.
    """

    pkce_code_verifier: Secret | None = None


@frozen
class MemberLoginParams(AuthenticateParams[R]):
    """A second factor, and its login or session: one of `intermediate_session_token`, `session_token` and `session_jwt`.

    - `organization_id`: or its slug, or its external id.
    - `member_id`: or the member's external id.
    """

    organization_id: str
    member_id: str


@frozen
class MFAEnrollmentParams(MemberLoginParams[R]):
    """Effects of a second factor on later logins.

    - `set_mfa_enrollment`: whether later logins require MFA; ignored if the organization requires it for all members.
    - `set_default_mfa`: make this method the member's default; the first method always becomes the default.
    """

    set_mfa_enrollment: MfaEnrollment | None = None
    set_default_mfa: bool | None = None


@frozen
class FactorProofParams(Request[R]):
    """The factors authenticated so far: an intermediate session (10 minutes old at most), a session's token or its JWT."""

    intermediate_session_token: Secret | None = None
    session_token: Secret | None = None
    session_jwt: Secret | None = None


@frozen
class LoginEmailParams(Request[R]):
    """An email to log in to an organization or join it.

    - `organization_id`: or its slug, or its external id.
    - `login_template_id`, `signup_template_id`: for members and for new members; default: the project's default templates.
    """

    organization_id: str
    email_address: str
    login_template_id: str | None = None
    signup_template_id: str | None = None
    locale: EmailLocale | None = None


@frozen
class DiscoveryEmailParams(Request[R]):
    """An email to a user who has not chosen an organization yet.

    - `login_template_id`: default: the project's default template.
    """

    email_address: str
    login_template_id: str | None = None
    locale: EmailLocale | None = None
