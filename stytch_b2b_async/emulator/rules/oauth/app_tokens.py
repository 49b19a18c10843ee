"""The tokens of connected apps."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import attrs

from stytch_b2b_async.emulator.errors import EmulatedError, OAuthError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.login.pkce import check_verifier
from stytch_b2b_async.emulator.rules.sessions.jwts import ORGANIZATION_CLAIM, RESERVED, sign
from stytch_b2b_async.emulator.state.app_grants import AppToken
from stytch_b2b_async.models.connected_apps import ConnectedApp
from stytch_b2b_async.models.member import Member

from .apps import is_public, template_claims
from .credentials import invalid_client, required

CODE_LIFE: Final = timedelta(minutes=10)
REFRESH_LIFE: Final = timedelta(days=30)


def authenticated_app(project: Project, parameters: Mapping[str, str]) -> ConnectedApp:
    """Return the app whose credentials a request has; public apps have no secret."""
    client_id = required(parameters, "client_id")
    if not project.connected_apps.exists(client_id):
        raise invalid_client()
    try:
        app, secrets = project.connected_apps.find(client_id)
    except EmulatedError:
        raise invalid_client() from None
    if not is_public(app.client_type) and not secrets.match(parameters.get("client_secret", "")):
        raise invalid_client()
    return app


def exchange_code(project: Project, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Issue tokens for an authorization code, once."""
    app = authenticated_app(project, parameters)
    code = required(parameters, "code")
    found = project.app_grants.find("code", code)
    if found is None or found.client_id != app.client_id or found.used or _has_expired(project, found):
        raise OAuthError("invalid_grant", "The authorization code is unknown, used or expired.")
    if found.redirect_uri != parameters.get("redirect_uri"):
        raise OAuthError("invalid_grant", "redirect_uri differs from the one of the authorization request.")
    try:
        check_verifier(found.code_challenge, parameters.get("code_verifier"))
    except EmulatedError as error:
        raise OAuthError("invalid_grant", error.message) from None
    project.app_grants.use_up(code)
    return _tokens(project, app, found)


def refresh(project: Project, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Issue tokens for a refresh token, which is replaced by a new one."""
    app = authenticated_app(project, parameters)
    token = required(parameters, "refresh_token")
    found = project.app_grants.find("refresh", token)
    if found is None or found.client_id != app.client_id or found.used or _has_expired(project, found):
        raise OAuthError("invalid_grant", "The refresh token is unknown, used or expired.")
    scopes = parameters["scope"].split() if parameters.get("scope") else found.scopes
    if not set(found.scopes).issuperset(scopes):
        raise OAuthError("invalid_scope", "The member did not grant every scope that was asked for.")
    project.app_grants.use_up(token)
    return _tokens(project, app, attrs.evolve(found, scopes=scopes), kept=found.scopes)


def is_active(project: Project, token: AppToken | None) -> bool:
    """Return whether a token is neither used nor expired, and its member not deleted."""
    return token is not None and not token.used and not _has_expired(project, token)


def _tokens(project: Project, app: ConnectedApp, grant: AppToken, *, kept: Sequence[str] | None = None) -> dict[str, Any]:
    try:
        member = project.members.with_id(grant.member_id)
    except EmulatedError:
        raise OAuthError("invalid_grant", "The member was deleted.") from None
    life = timedelta(minutes=app.access_token_expiry_minutes)
    jti = str(uuid.uuid4())
    project.app_grants.issue("access", grant, life, value=jti)
    audience = [project.project_id, *([app.access_token_custom_audience] if app.access_token_custom_audience else [])]
    own = {"client_id": app.client_id, "jti": jti, "scope": " ".join(grant.scopes)}
    claims = {**_claims(project, member, app.access_token_template_content, life), "aud": audience, **own}
    answer: dict[str, Any] = {
        "access_token": sign(project, claims),
        "token_type": "bearer",
        "expires_in": int(life.total_seconds()),
        "scope": " ".join(grant.scopes),
    }
    if "openid" in grant.scopes:
        answer["id_token"] = sign(project, _id_claims(project, app, member, grant, life))
    if "offline_access" in (kept or grant.scopes):
        again = attrs.evolve(grant, scopes=kept or grant.scopes)
        answer["refresh_token"] = project.app_grants.issue("refresh", again, REFRESH_LIFE)
    return answer


def _claims(project: Project, member: Member, template: str, life: timedelta) -> dict[str, Any]:
    organization = project.organizations.find(member.organization_id)
    issued = int(project.clock.now().timestamp())
    custom = {name: value for name, value in (template_claims(template) or {}).items() if name not in RESERVED}
    return {
        **custom,
        "exp": issued + int(life.total_seconds()),
        ORGANIZATION_CLAIM: {"organization_id": organization.organization_id, "slug": organization.organization_slug},
        "iat": issued,
        "iss": f"stytch.com/{project.project_id}",
        "nbf": issued,
        "sub": member.member_id,
    }


def _id_claims(project: Project, app: ConnectedApp, member: Member, grant: AppToken, life: timedelta) -> dict[str, Any]:
    claims = {**_claims(project, member, app.id_token_template_content, life), "aud": [app.client_id]}
    if grant.nonce:
        claims["nonce"] = grant.nonce
    if "email" in grant.scopes:
        claims.update(email=member.email_address, email_verified=member.email_address_verified)
    if "profile" in grant.scopes:
        claims["name"] = member.name
    if "phone" in grant.scopes:
        claims.update(phone_number=member.mfa_phone_number, phone_number_verified=member.mfa_phone_number_verified)
    return claims


def _has_expired(project: Project, token: AppToken) -> bool:
    return token.expires_at <= project.clock.now().timestamp()
