"""Sessions of members for whom another identity system vouches."""

from stytch_b2b_async.api.sessions import Attest, AttestResponse
from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.routes import handles
from stytch_b2b_async.emulator.rules.members.new_members import NewMember, add_member
from stytch_b2b_async.emulator.rules.sessions.sessions import session_request
from stytch_b2b_async.emulator.rules.sessions.starting import start
from stytch_b2b_async.emulator.rules.sessions.trusted_tokens import verify_trusted_token
from stytch_b2b_async.models.factors import TrustedAuthTokenFactor
from stytch_b2b_async.models.session import AuthenticationFactor


@handles(Attest)
def attest(project: Project, request: Attest) -> AttestResponse:
    """Log a member in with a trusted token."""
    wanted = session_request(project, request)
    token = verify_trusted_token(project, request.profile_id, request.token)
    named = token.organization_id or request.organization_id
    if not named:
        raise EmulatedError("token_missing_organization_id_claim", "Neither the token nor the call names an organization.")
    organization = project.organizations.find(named)
    if request.organization_id and project.organizations.find(request.organization_id) != organization:
        raise EmulatedError("invalid_token_organization_id_claim", "The token names another organization than the call.")
    member = project.members.with_address(organization, token.email)
    if member is None:
        if not project.settings.trusted_token_profiles[request.profile_id].creates_members:
            raise missing("member")
        member = add_member(project, organization, NewMember(email=token.email, email_verified=True))
    now = project.clock.now()
    factor = AuthenticationFactor(
        type="trusted_auth_token",
        delivery_method="trusted_token_exchange",
        last_authenticated_at=now,
        created_at=now,
        updated_at=now,
        trusted_auth_token_factor=TrustedAuthTokenFactor(token_id=token.token_id),
    )
    return AttestResponse(**project.response_meta(), **start(project, organization, member, factor, wanted))
