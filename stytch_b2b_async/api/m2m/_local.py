"""Tokens of machine-to-machine clients, checked on this machine."""

from collections.abc import Sequence
from typing import Any

from stytch_b2b_async.endpoint import LocalRequest
from stytch_b2b_async.schema import Model, Token, frozen
from stytch_b2b_async.verify import scopes
from stytch_b2b_async.verify.flow import Flow
from stytch_b2b_async.verify.session_claims import RESERVED_WITH_SCOPES, ClaimsFactory, custom_claims
from stytch_b2b_async.verify.token_cache import VerifiedToken
from stytch_b2b_async.verify.verifier import Exchange, Verifier


@frozen
class MachineClaims(Model):
    """What a machine-to-machine client's token says."""

    client_id: str
    scopes: list[str]
    custom_claims: dict[str, Any]


@frozen
class AuthenticateToken(LocalRequest[MachineClaims]):
    """Check the token of a machine-to-machine client on this machine.

    - `required_scopes`: scopes `action:resource` that it must all have; one for the resource `*` stands for all resources.
    - `max_token_age`: refuse a token that was made longer ago, in seconds.
    - `leeway`: seconds by which the clocks may differ, 0 by default.

    Raises a TokenError that says why, MissingScopeError among them; another kind of token is a WrongTokenKindError.
    See https://stytch.com/docs/b2b/api/authenticate-m2m-token.
    """

    access_token: Token
    required_scopes: Sequence[str] | None = None
    max_token_age: float | None = None
    leeway: float = 0.0

    def steps(self, verifier: Verifier, exchange: Exchange) -> Flow[MachineClaims]:  # a step like any other
        """Check the token, then what it allows."""
        claims = yield from verifier.tokens.verify(
            self.access_token, "machine", _read, leeway=self.leeway, max_age=self.max_token_age
        )
        scopes.require(claims.scopes, self.required_scopes or ())
        return claims


def _read(token: VerifiedToken) -> ClaimsFactory[MachineClaims]:
    fields = {"client_id": token.subject, "scopes": scopes.split(token.claims.get("scope"))}
    return ClaimsFactory(MachineClaims, fields, custom_claims(token.claims, RESERVED_WITH_SCOPES))
