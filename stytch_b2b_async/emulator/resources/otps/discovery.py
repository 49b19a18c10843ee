"""One-time codes by email, for people who have not chosen an organization."""

from stytch_b2b_async.api._shared.responses import DiscoveryEmailResponse, DiscoveryResponse
from stytch_b2b_async.api.otps.email.discovery import Authenticate, Send
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.discovery import discover
from stytch_b2b_async.emulator.rules.login.factors import email_factor, person_email_id
from stytch_b2b_async.emulator.rules.login.mail import check_locale, check_templates
from stytch_b2b_async.emulator.rules.login.passcodes import check_discovery_code, code_minutes, mail_discovery_code
from stytch_b2b_async.emulator.rules.validators import check_email


@handles(Send)
def send(project: Project, request: Send) -> DiscoveryEmailResponse:
    """Mail a code to find one's organizations with."""
    check_email(request.email_address)
    minutes = code_minutes(request.discovery_expiration_minutes)
    check_locale(request.locale)
    check_templates(project, request.login_template_id)
    mail_discovery_code(project, request.email_address, minutes)
    return DiscoveryEmailResponse(**project.response_meta())


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> DiscoveryResponse:
    """List the organizations of somebody with a mailed code."""
    email = request.email_address
    check_email(email)
    check_discovery_code(project, email, request.code)
    factor = email_factor(project, "email_otp", email, person_email_id(project, email))
    return DiscoveryResponse(**project.response_meta(), **discover(project, email, factor))
