"""The verifier of one project's tokens and permissions."""

from typing import Final

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.models.session import MemberSession

from .access_token import AccessTokenClaims, access_token_claims
from .claims import Validity
from .jwks_cache import FetchKeys, JWKSCache
from .m2m import MachineClaims, machine_claims
from .options import Verification
from .policy_cache import FetchOrgPolicy, FetchPolicy, PolicyCache
from .session_claims import member_session
from .token_cache import TokenVerifier

_DEFAULTS: Final = Verification()


class Verifier:
    """Verifies tokens and permissions of one project. Thread-safe, fork-safe, and usable from several event loops.

    Each check is a `Flow`: `await run_async(verifier.verify_session(jwt))`, or `run_sync` without an event loop.

    - `fetch_keys`: fetch the project's JWKS and its response headers; `Cache-Control: max-age` determines how long it is cached.
    - `fetch_policy`, `fetch_org_policy`: fetch the RBAC policy of the project, and of an organization by its id.

    A fetch function raises a StytchError, such as APIConnectionError, if it fails: the previous value is then used for up to an
    hour. It is called once at a time, and needs its own timeout.
    """

    def __init__(
        self,
        project_id: str,
        verification: Verification = _DEFAULTS,
        *,
        fetch_keys: FetchKeys,
        fetch_policy: FetchPolicy,
        fetch_org_policy: FetchOrgPolicy,
    ) -> None:
        self.keys: JWKSCache = JWKSCache(fetch_keys, verification.keys)
        self.tokens: TokenVerifier = TokenVerifier(
            self.keys, _issuers(project_id, verification), _audiences(project_id, verification)
        )
        self.policies: PolicyCache = PolicyCache(fetch_policy, fetch_org_policy, verification.policy_lifetime)

    def verify_session(self, session_jwt: str, *, leeway: float = 0, max_age: float | None = None) -> Flow[MemberSession]:
        """Verify a session JWT, and return its session. Raises a TokenError."""
        return self.tokens.verify(session_jwt, "session", member_session, leeway=leeway, max_age=max_age)

    def genuine_session(self, session_jwt: str) -> Flow[tuple[MemberSession, Validity]]:
        """Verify all but the times of a session JWT, and return its session, which may have expired. Raises a TokenError."""
        return self.tokens.genuine(session_jwt, "session", member_session)

    def verify_m2m_token(self, access_token: str, *, leeway: float = 0, max_age: float | None = None) -> Flow[MachineClaims]:
        """Verify an M2M token, and return its claims. Raises a TokenError."""
        return self.tokens.verify(access_token, "m2m", machine_claims, leeway=leeway, max_age=max_age)

    def verify_access_token(self, access_token: str, *, leeway: float = 0, max_age: float | None = None) -> Flow[AccessTokenClaims]:
        """Verify a connected-app access token, and return its claims. Raises a TokenError."""
        return self.tokens.verify(access_token, "connected app", access_token_claims, leeway=leeway, max_age=max_age)


def _issuers(project_id: str, verification: Verification) -> frozenset[str]:
    return frozenset({f"stytch.com/{project_id}", *(issuer.rstrip("/") for issuer in verification.issuers)})


def _audiences(project_id: str, verification: Verification) -> frozenset[str]:
    if verification.audience is None:
        return frozenset({project_id})
    return frozenset({verification.audience} if isinstance(verification.audience, str) else verification.audience)
