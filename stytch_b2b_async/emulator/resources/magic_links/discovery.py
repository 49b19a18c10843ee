"""Magic links of people who have not chosen an organization yet."""

from stytch_b2b_async.api._shared.responses import DiscoveryResponse
from stytch_b2b_async.api.magic_links.discovery import Authenticate
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.login.discovery import discover
from stytch_b2b_async.emulator.rules.login.factors import email_factor, person_email_id
from stytch_b2b_async.emulator.rules.login.magic_links import open_link
from stytch_b2b_async.emulator.rules.login.sandbox import EMAIL, opens_sandbox


@handles(Authenticate)
def authenticate(project: Project, request: Authenticate) -> DiscoveryResponse:
    """Authenticate the token of a link, and list the organizations."""
    token = request.discovery_magic_links_token
    if opens_sandbox(project, token):
        email = EMAIL
    else:
        email = open_link(project, "discovery_magic_link", token, request.pkce_code_verifier).email
    factor = email_factor(project, "magic_link", email, person_email_id(project, email))
    return DiscoveryResponse(**project.response_meta(), **discover(project, email, factor))
