"""Tokens of other identity systems, verified as a profile of the settings says."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

import attrs
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from stytch_b2b_async.emulator.errors import EmulatedError, missing
from stytch_b2b_async.emulator.identifiers import digest
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.settings import TrustedTokenProfile

_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "ES256", "ES384"]


@attrs.frozen
class TrustedToken:
    """What a verified token says."""

    email: str
    organization_id: str | None
    token_id: str


def verify_trusted_token(project: Project, profile_id: str, token: str) -> TrustedToken:
    """Verify a token by a profile: signature, issuer, audience and times."""
    profile = project.settings.trusted_token_profiles.get(profile_id)
    if profile is None:
        raise missing("trusted_token_profile")
    claims = _signed_claims(profile, token)
    if claims.get("iss") != profile.issuer:
        raise EmulatedError("jwt_invalid_issuer", "The token's issuer is not the profile's.")
    audience: Any = claims.get("aud")
    if profile.audience not in (cast("list[object]", audience) if isinstance(audience, list) else [audience]):
        raise EmulatedError("jwt_invalid_audience", "The token's audience is not the profile's.")
    _check_times(claims, project.clock.now().timestamp())
    email, organization, token_id = (
        claims.get(claim) for claim in (profile.email_claim, profile.organization_claim, profile.token_id_claim)
    )
    if not isinstance(email, str) or not email:
        raise EmulatedError("jwt_invalid_claims", f"The token has no claim {profile.email_claim}.")
    if organization is not None and not isinstance(organization, str):
        raise EmulatedError("invalid_token_organization_id_claim", f"The claim {profile.organization_claim} is not a string.")
    return TrustedToken(email, organization or None, token_id if isinstance(token_id, str) else digest(token))


def _signed_claims(profile: TrustedTokenProfile, token: str) -> dict[str, Any]:
    try:
        keys = [_key(pem) for pem in profile.public_keys]
        claims: Any = json.loads(_payload(token, keys))
    except (JoseError, ValueError, LookupError, TypeError):
        claims = None
    if not isinstance(claims, dict):
        raise EmulatedError("invalid_trusted_auth_token", "The token does not parse, or none of the profile's keys signed it.")
    return cast("dict[str, Any]", claims)


def _payload(token: str, keys: Iterable[RSAKey | ECKey]) -> bytes:
    """Return what one of the keys signed; a token need not say which."""
    for key in keys:
        try:
            return jws.deserialize_compact(token.encode(), key, algorithms=_ALGORITHMS).payload
        except (JoseError, ValueError, TypeError):
            continue
    raise ValueError("not signed by any key")


def _key(pem: str) -> RSAKey | ECKey:
    """Read a public key; joserfc takes any PEM for an RSA key, and some releases notice only when it is used."""
    public = load_pem_public_key(pem.encode())
    return RSAKey.import_key(pem) if isinstance(public, RSAPublicKey) else ECKey.import_key(pem)


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    valid = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (expires, begins))
    if not valid or not begins <= now < cast("float", expires):
        raise EmulatedError("jwt_invalid_claims", "The token has expired, is not valid yet, or has no exp.")
