"""What the pages show: values for templates. Texts are not escaped yet."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import attrs

Method: TypeAlias = Literal["password", "magic_link", "email_code", "sso"]
"""A way to log in, besides OAuth."""


@attrs.frozen(kw_only=True)
class View:
    """What every page knows."""

    paths: Mapping[str, str]
    """Where forms and links lead: name of the route → path. Their names are those of `LoginRoutes.routes()`."""
    error: str = ""
    """What went wrong before; `""` for nothing."""
    organization: str = ""
    """Slug or id of the organization to log in to; `""` to choose one later, or if it is not known."""


@attrs.frozen(kw_only=True)
class MessageView(View):
    """A text alone."""

    title: str
    text: str


@attrs.frozen(kw_only=True)
class OAuthButton:
    """A provider to log in with."""

    label: str
    """`Google`."""
    path: str
    """Where its link leads."""


@attrs.frozen(kw_only=True)
class LoginView(View):
    """The ways to log in. Forms post `email_address`, `password` and `organization`."""

    email_address: str
    methods: Sequence[Method]
    oauth: Sequence[OAuthButton]
    notice: str = ""
    """Why the visitor is here again: another factor is missing."""


@attrs.frozen(kw_only=True)
class CodeView(View):
    """A code was mailed. The form posts `code`, `email_address` and `organization` to `check_code`."""

    email_address: str


@attrs.frozen(kw_only=True)
class ConfirmView(View):
    """A login that this browser did not begin. The form posts `fields` to `callback`."""

    fields: Mapping[str, str] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class NewPasswordView(View):
    """A new password is needed. The form posts `fields` and `password` to `reset`."""

    fields: Mapping[str, str] = attrs.field(repr=False)
    is_foreign: bool
    """Whether it was not requested in this browser, as far as is known."""
    is_last_step: bool = False
    """Whether other factors were asked for since the visitor has chosen it: it was not kept."""


@attrs.frozen(kw_only=True)
class ForgotView(View):
    """A link for a new password is requested. The form posts `email_address` and `organization` to `forgot`."""

    email_address: str = ""


@attrs.frozen(kw_only=True)
class OrganizationChoice:
    """An organization that the visitor may enter."""

    organization_id: str
    name: str
    slug: str
    is_member: bool
    """Otherwise they may join."""


@attrs.frozen(kw_only=True)
class OrganizationsView(View):
    """Organizations to enter. Forms post `organization_id` to `join`, and `organization_name` to `create`."""

    choices: Sequence[OrganizationChoice]
    can_create: bool


@attrs.frozen(kw_only=True)
class SecondFactorView(View):
    """A second factor is needed.

    Forms post `method` (`sms`, `totp` or `recovery_code`) and `code` to `second_factor`, perhaps a `phone_number` to `send_text`,
    and nothing to `enroll_app`.
    """

    phone_ends_in: str
    """The last digits of the member's number; `""` without one."""
    code_sent: bool
    """Whether a code was sent to it."""
    has_app: bool
    must_enroll: bool
    """Whether the member has no second factor yet, and must choose one."""


@attrs.frozen(kw_only=True)
class AppView(View):
    """The secret for an authenticator app. The form posts `method` `totp` and `code` to `second_factor`."""

    qr_code: str = attrs.field(repr=False)
    """A `data:` URL of an image."""
    secret: str = attrs.field(repr=False)
    recovery_codes: Sequence[str] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class LogoutView(View):
    """Whether to log out. The form posts nothing to `logout`."""
