"""Tokens of logins at identity providers."""

from stytch_b2b_async.emulator.errors import missing
from stytch_b2b_async.emulator.identifiers import check_token
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.state.identities import Kind, LoginToken

from .pkce import check_verifier


def redeem(project: Project, kind: Kind, token: str, verifier: str | None) -> LoginToken:
    """Use a token up, unless its verifier is wrong. A call that fails afterwards leaves it usable."""
    name = "sso_token" if kind == "sso" else "oauth_token"
    check_token(token, "invalid_token")
    found = project.identities.find(kind, token)
    if found is None:
        raise missing(name, f"{name}: it is unknown, used or expired")
    check_verifier(found.code_challenge, verifier)
    project.identities.use_up(token)
    project.identities.remember(found.identity)
    return found
