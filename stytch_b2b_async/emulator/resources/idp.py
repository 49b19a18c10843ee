"""The project as an identity provider: consent, and introspection of connected apps' tokens."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from stytch_b2b_async.api.idp.oauth import Authorize, AuthorizeResponse, AuthorizeStart, AuthorizeStartResponse
from stytch_b2b_async.emulator.codec import HTTPResponse
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles, handles_http
from stytch_b2b_async.emulator.rules.oauth.app_tokens import CODE_LIFE, authenticated_app, is_active
from stytch_b2b_async.emulator.rules.oauth.apps import check_app_allowed, check_redirect_uri, consent_needed, is_public
from stytch_b2b_async.emulator.rules.oauth.credentials import (
    oauth_errors,
    oauth_parameters,
    oauth_response,
    require_project,
    required,
)
from stytch_b2b_async.emulator.rules.sessions.authorization import granting_roles
from stytch_b2b_async.emulator.rules.sessions.jwts import ORGANIZATION_CLAIM, verified_claims
from stytch_b2b_async.emulator.rules.sessions.sessions import find_session, owner_of
from stytch_b2b_async.emulator.state.app_grants import AppToken
from stytch_b2b_async.models.connected_apps import ConnectedApp, ConnectedAppPublic
from stytch_b2b_async.models.idp import ScopeResult
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.wire.incoming import HTTPRequest

_STANDARD_SCOPES = {
    "openid": "Sign you in.",
    "profile": "See your name.",
    "email": "See your email address.",
    "phone": "See your phone number.",
    "offline_access": "Keep access while you are away.",
    "full_access": "Act on your behalf without limits.",
}


@handles(AuthorizeStart)
def authorize_start(project: Project, request: AuthorizeStart) -> AuthorizeStartResponse:
    """Check an authorization request, and describe it for the consent page."""
    member, organization, _ = _member(project, request)
    app = _app(project, request, organization)
    granted = project.app_grants.consented(app.client_id, member.member_id)
    return AuthorizeStartResponse(
        **project.response_meta(),
        member_id=member.member_id,
        member=member,
        organization=organization,
        client=ConnectedAppPublic(
            client_id=app.client_id,
            client_name=app.client_name,
            client_description=app.client_description,
            client_type=app.client_type,
            logo_url=app.logo_url,
        ),
        consent_required=request.prompt == "consent" or consent_needed(app, request.scopes, granted),
        scope_results=[_described(project, app, organization, member, scope) for scope in request.scopes],
    )


@handles(Authorize)
def authorize(project: Project, request: Authorize) -> AuthorizeResponse:
    """Record a member's decision, and return the redirect with a code or an error."""
    member, organization, session = _member(project, request)
    app = _app(project, request, organization)
    state = [("state", request.state)] if request.state is not None else []
    if not request.consent_granted:
        return _answer(project, request.redirect_uri, [("error", "access_denied"), *state], None)
    described = [_described(project, app, organization, member, scope) for scope in request.scopes]
    if not all(each.is_grantable for each in described):
        return _answer(project, request.redirect_uri, [("error", "invalid_scope"), *state], None)
    if is_public(app.client_type) and not request.code_challenge:
        raise EmulatedError("invalid_pkce_code_challenge", "Public apps use PKCE: code_challenge is required.")
    project.app_grants.consent(app.client_id, member.member_id, request.scopes)
    grant = AppToken(
        client_id=app.client_id,
        member_id=member.member_id,
        scopes=request.scopes,
        session_id=session.member_session_id if session else None,
        redirect_uri=request.redirect_uri,
        code_challenge=request.code_challenge or None,
        nonce=request.nonce or None,
    )
    code = project.app_grants.issue("code", grant, CODE_LIFE)
    return _answer(project, request.redirect_uri, [("code", code), *state], code)


@handles_http("POST", "/v1/public/{project_id}/oauth2/introspect")
def introspect(project: Project, request: HTTPRequest, path: Mapping[str, str]) -> HTTPResponse:
    """Tell whether a token of the calling app is active, and its claims."""
    try:
        require_project(project, path)
        parameters = oauth_parameters(request)
        app = authenticated_app(project, parameters)
        return oauth_response(project, _introspected(project, app, required(parameters, "token")))
    except EmulatedError as error:
        raise oauth_errors(error) from None


def _introspected(project: Project, app: ConnectedApp, token: str) -> dict[str, Any]:
    claims = verified_claims(project, token)
    if claims is not None:
        found = project.app_grants.find("access", str(claims.get("jti")))
        if found is not None and found.client_id == app.client_id and is_active(project, found):
            return {**claims, "active": True, "token_type": "access_token"}
        return {"active": False}
    found = project.app_grants.find("refresh", token)
    if found is None or found.client_id != app.client_id or not is_active(project, found):
        return {"active": False}
    organization = project.organizations.find(project.members.with_id(found.member_id).organization_id)
    return {
        "active": True,
        "token_type": "refresh_token",
        "sub": found.member_id,
        "client_id": app.client_id,
        "scope": " ".join(found.scopes),
        "aud": [project.project_id],
        "iss": f"stytch.com/{project.project_id}",
        "exp": int(found.expires_at),
        "iat": int(found.issued_at),
        "nbf": int(found.issued_at),
        ORGANIZATION_CLAIM: {"organization_id": organization.organization_id, "slug": organization.organization_slug},
    }


def _member(project: Project, request: AuthorizeStart | Authorize) -> tuple[Member, Organization, MemberSession | None]:
    named = bool(request.organization_id or request.member_id)
    if request.session_token or request.session_jwt:
        session = find_session(project, request.session_token, request.session_jwt)
        member, organization = owner_of(project, session)
        if named and not _is_named(project, request, member, organization):
            raise EmulatedError("member_session_member_id_mismatch", "The session belongs to another member.")
        return member, organization, session
    if not request.organization_id or not request.member_id:
        raise EmulatedError("no_session_arguments", "Give session_token, session_jwt, or organization_id and member_id.")
    organization = project.organizations.find(request.organization_id)
    return project.members.find(organization, request.member_id), organization, None


def _is_named(project: Project, request: AuthorizeStart | Authorize, member: Member, organization: Organization) -> bool:
    home = project.organizations.find(request.organization_id) if request.organization_id else organization
    about = project.members.find(home, request.member_id) if request.member_id else member
    return (home.organization_id, about.member_id) == (organization.organization_id, member.member_id)


def _app(project: Project, request: AuthorizeStart | Authorize, organization: Organization) -> ConnectedApp:
    app, _ = project.connected_apps.find(request.client_id)
    check_app_allowed(app, organization)
    check_redirect_uri(app, request.redirect_uri)
    if request.response_type != "code":
        raise EmulatedError("bad_request", "response_type must be code.")
    return app


def _described(project: Project, app: ConnectedApp, organization: Organization, member: Member, scope: str) -> ScopeResult:
    permissions = project.settings.scopes.get(scope)
    roles = [role.role_id for role in member.roles]
    if scope in _STANDARD_SCOPES:
        grantable = scope != "full_access" or app.full_access_allowed
    else:
        grantable = permissions is not None and all(
            granting_roles(project, organization, roles, resource, action)
            for resource, actions in permissions.items()
            for action in actions
        )
    return ScopeResult(scope=scope, description=_STANDARD_SCOPES.get(scope, ""), is_grantable=grantable)


def _answer(project: Project, redirect: str, query: Sequence[tuple[str, str]], code: str | None) -> AuthorizeResponse:
    parts = urlsplit(redirect)
    url = urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query, keep_blank_values=True), *query])))
    return AuthorizeResponse(**project.response_meta(), redirect_uri=url, authorization_code=code)
