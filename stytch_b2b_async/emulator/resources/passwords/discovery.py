"""Passwords of people who have not chosen an organization yet."""

from stytch_b2b_async.api._shared.responses import DiscoveryResponse
from stytch_b2b_async.api.passwords.discovery import Authenticate
from stytch_b2b_async.api.passwords.discovery.email import Reset, ResetStart, ResetStartResponse
from stytch_b2b_async.emulator.outbox import Message
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.discovery import discover
from stytch_b2b_async.emulator.rules.login.factors import password_factor
from stytch_b2b_async.emulator.rules.login.links import DISCOVERY_PASSWORD_RESET, link, redirect_of
from stytch_b2b_async.emulator.rules.login.mail import check_locale, check_templates, login_instead
from stytch_b2b_async.emulator.rules.login.pkce import check_challenge, check_verifier
from stytch_b2b_async.emulator.rules.passwords.checking import check_shared_password, require_shared_passwords, set_shared_password
from stytch_b2b_async.emulator.rules.validators import check_email, mail_minutes
from stytch_b2b_async.emulator.state.store import evolve

from .email import token_refused

_RESET_MINUTES = 30


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> DiscoveryResponse:
    """Authenticate an email address and password, and list the organizations."""
    require_shared_passwords(project)
    check_email(request.email_address)
    check_shared_password(project, request.email_address, request.password)
    return DiscoveryResponse(**project.response_meta(), **discover(project, request.email_address, password_factor(project)))


@handles(ResetStart)
def reset_start(project: Project, request: ResetStart) -> ResetStartResponse:
    """Send a password reset link by email; the person need not be a member yet."""
    require_shared_passwords(project)
    check_email(request.email_address)
    minutes = mail_minutes(request.reset_password_expiration_minutes, _RESET_MINUTES)
    challenge = request.pkce_code_challenge
    check_challenge(challenge)
    check_locale(request.locale)
    check_templates(project, request.reset_password_template_id, request.verify_email_template_id)
    redirect = redirect_of(project, "password_reset", request.reset_password_redirect_url, challenge)
    discovery = redirect_of(project, "discovery", request.discovery_redirect_url, challenge)
    email = request.email_address
    token = project.mailed_tokens.issue("discovery_password_reset", email, minutes, code_challenge=challenge)
    url = link(redirect, token, DISCOVERY_PASSWORD_RESET)
    login_url = login_instead(project, email, discovery, challenge)
    project.send(Message(to=email, kind="discovery_password_reset", token=token, url=url, login_url=login_url))
    return ResetStartResponse(**project.response_meta())


@handles(Reset)
def reset(project: Project, request: Reset) -> DiscoveryResponse:
    """Set a password with the token of a reset link, and list the organizations."""
    require_shared_passwords(project)
    found = project.mailed_tokens.find("discovery_password_reset", request.password_reset_token)
    if found is None or not found.usable:
        raise token_refused()
    check_verifier(found.code_challenge, request.pkce_code_verifier)
    set_shared_password(project, found.email, request.password)
    project.mailed_tokens.use_up(request.password_reset_token)
    for member in project.members.sharing(found.email):  # the link verifies the mailbox
        project.members.save(evolve(member, email_address_verified=True))
    # Whether sessions are revoked is undocumented; no member has been chosen, so none are.
    found_there = discover(project, found.email, password_factor(project), email_verified=True)
    return DiscoveryResponse(**project.response_meta(), **found_there)
