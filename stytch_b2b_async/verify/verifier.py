"""What a client checks tokens with: its project's keys and policies, and the tokens that it has seen."""

from collections.abc import Awaitable, Iterable, Mapping
from typing import Protocol, TypeVar

from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.models.jwks import JWK
from stytch_b2b_async.models.rbac import OrgPolicy, Policy

from .jwks_cache import JWKSCache
from .options import Verification
from .policy_cache import Policies
from .token_cache import TokenVerifier

R = TypeVar("R")


class Exchange(Protocol):
    """Send a request to the API, whatever is known here."""

    def __call__(self, request: Request[R], /) -> Awaitable[R]:
        """Send it."""
        ...


class Verifier:
    """Keys, tokens and policies of one project, shared by all views of a client."""

    def __init__(self, config: Config, options: Verification, exchange: Exchange) -> None:
        if config.project_id is None:
            raise ValueError("project_id is missing: tokens are checked by a client that knows its project")
        self.exchange: Exchange = exchange
        self._project_id = config.project_id
        self.keys: JWKSCache = JWKSCache(self._fetch_keys, options.keys)
        self.tokens: TokenVerifier = TokenVerifier(self.keys, _issuers(config, options), _audiences(config, options))
        self.policies: Policies = Policies(self._fetch_policy, self._fetch_org_policy, options.policy_lifetime)

    async def _fetch_keys(self) -> tuple[Iterable[JWK], Mapping[str, str]]:
        from stytch_b2b_async.api.sessions import GetJWKS

        response = await self.exchange(GetJWKS(project_id=self._project_id))
        return response.keys, response.headers

    async def _fetch_policy(self) -> Policy:
        from stytch_b2b_async.api.rbac import GetPolicy

        return (await self.exchange(GetPolicy())).policy or Policy(roles=[], resources=[], scopes=[])

    async def _fetch_org_policy(self, organization_id: str) -> OrgPolicy:
        from stytch_b2b_async.api.rbac.organizations import GetOrgPolicy

        return (await self.exchange(GetOrgPolicy(organization_id=organization_id))).org_policy


def _issuers(config: Config, options: Verification) -> frozenset[str]:
    return frozenset({f"stytch.com/{config.project_id}", config.base_url, *(issuer.rstrip("/") for issuer in options.issuers)})


def _audiences(config: Config, options: Verification) -> frozenset[str]:
    if options.audience is None:
        return frozenset({str(config.project_id)})
    return frozenset({options.audience} if isinstance(options.audience, str) else options.audience)
