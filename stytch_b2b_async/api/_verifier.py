"""The verifier of a client, which fetches keys and policies through the client's own endpoints."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TypeVar

import attrs

from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Response
from stytch_b2b_async.errors import DecodeError
from stytch_b2b_async.models.jwks import JWK
from stytch_b2b_async.models.rbac import OrgPolicy, Policy
from stytch_b2b_async.runtime.local import SendRequest
from stytch_b2b_async.verify.options import Verification
from stytch_b2b_async.verify.verifier import Verifier

from .rbac import GetPolicy
from .rbac.organizations import GetOrgPolicy
from .sessions import GetJWKS

T = TypeVar("T")


def make_verifier(verification: Verification | None, config: Config, send: SendRequest) -> Verifier:
    """Create the verifier of a client. Raises ValueError if the client has no project id."""
    if config.project_id is None:
        raise ValueError("project_id is missing: token checks need a client with a project id")
    verification = verification or Verification()
    fetchers = _Fetchers(config.project_id, send)
    return Verifier(
        config.project_id,
        attrs.evolve(verification, issuers=[config.base_url, *verification.issuers]),
        fetch_keys=fetchers.keys,
        fetch_policy=fetchers.policy,
        fetch_org_policy=fetchers.org_policy,
    )


@attrs.frozen(eq=False)
class _Fetchers:
    project_id: str
    send: SendRequest

    async def keys(self) -> tuple[Iterable[JWK], Mapping[str, str]]:
        response = await self.send(GetJWKS(project_id=self.project_id))
        return _present("keys", response.keys, response), response.headers

    async def policy(self) -> Policy:
        return (await self.send(GetPolicy())).policy or Policy(roles=[], resources=[], scopes=[])

    async def org_policy(self, organization_id: str) -> OrgPolicy:
        response = await self.send(GetOrgPolicy(organization_id=organization_id))
        return _present("org_policy", response.org_policy, response)


def _present(name: str, value: T | None, response: Response) -> T:
    """Return a field of a response, which is None if it was missing or did not match its declaration.

    Raises DecodeError, as for any other answer that cannot be used: what is cached then stays in use.
    """
    if value is None:
        raise DecodeError(f"the response has no usable {name}", response.status_code or HTTPStatus.OK, response.request_id)
    return value
