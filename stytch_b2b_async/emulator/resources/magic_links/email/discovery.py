"""Magic links by email to people who have not chosen an organization yet."""

from stytch_b2b_async.api._shared.responses import DiscoveryEmailResponse
from stytch_b2b_async.api.magic_links.email.discovery import Send
from stytch_b2b_async.emulator.outbox import Message
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.links import DISCOVERY, link, redirect_of
from stytch_b2b_async.emulator.rules.login.mail import MAGIC_LINK_MINUTES, check_locale, check_templates
from stytch_b2b_async.emulator.rules.login.pkce import check_challenge
from stytch_b2b_async.emulator.rules.validators import check_email, mail_minutes


@handles(Send)
def send(project: Project, request: Send) -> DiscoveryEmailResponse:
    """Mail a link; the person need not be a member of anything yet."""
    email, challenge = request.email_address, request.pkce_code_challenge
    check_email(email)
    check_challenge(challenge)
    check_locale(request.locale)
    check_templates(project, request.login_template_id)
    minutes = mail_minutes(request.discovery_expiration_minutes, MAGIC_LINK_MINUTES)
    redirect = redirect_of(project, "discovery", request.discovery_redirect_url, challenge)
    token = project.mailed_tokens.issue("discovery_magic_link", email, minutes, code_challenge=challenge)
    project.send(Message(to=email, kind="discovery", token=token, url=link(redirect, token, DISCOVERY)))
    return DiscoveryEmailResponse(**project.response_meta())
