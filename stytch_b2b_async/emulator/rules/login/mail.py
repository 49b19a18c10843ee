"""What all mails have in common: their language, their template, and links with tokens."""

from typing import Final

import attrs

from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.outbox import Message
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.mailed_tokens import Kind
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization

from .links import DISCOVERY, INSTEAD_OF_RESET, MAGIC_LINK, link

MAGIC_LINK_MINUTES: Final = 60
_LOCALES: Final = {
    "en", "es", "pt-br", "fr", "it", "de-de", "zh-hans", "ca-es", "ja", "ru", "nl", "pl", "tr", "fa", "vi", "cs",
}  # fmt: skip


@attrs.frozen(kw_only=True)
class MagicLinkMail:
    """What a magic link is mailed for, and where it leads."""

    kind: str
    redirect: str
    minutes: int
    code_challenge: str | None = None


def check_locale(locale: str | None) -> None:
    """Reject a language that the API has no messages in."""
    if locale and locale.lower() not in _LOCALES:
        raise EmulatedError("invalid_locale", f"locale must be one of {', '.join(sorted(_LOCALES))}.")


def check_templates(project: Project, *template_ids: str | None) -> None:
    """Reject templates that the project does not have; without a list of them, it has any."""
    known = project.settings.email_templates
    if known is not None and not known.issuperset(template_id for template_id in template_ids if template_id):
        raise missing("email_template", "email template")


def mail_magic_link(
    project: Project,
    member: Member,
    organization: Organization,
    mail: MagicLinkMail,
) -> None:
    """Mail a member a link for magic_links.authenticate."""
    token = project.mailed_tokens.issue(
        "magic_link", member.email_address, mail.minutes, member=member, code_challenge=mail.code_challenge
    )
    url = link(mail.redirect, token, MAGIC_LINK, slug=organization.organization_slug)
    project.send(Message(to=member.email_address, kind=mail.kind, token=token, url=url))


def login_instead(
    project: Project,
    email: str,
    redirect: str,
    code_challenge: str | None,
    *,
    member: Member | None = None,
    organization: Organization | None = None,
) -> str:
    """Return the link of a reset mail that logs in without a password."""
    kind: Kind = "magic_link" if member else "discovery_magic_link"
    purpose = MAGIC_LINK if member else DISCOVERY
    token = project.mailed_tokens.issue(kind, email, MAGIC_LINK_MINUTES, member=member, code_challenge=code_challenge)
    slug = organization.organization_slug if organization else None
    return link(redirect, token, (*purpose, *INSTEAD_OF_RESET), slug=slug)
