"""The other parties of flows: a browser, an identity provider, another system whose sessions are trusted."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import ECKey

from stytch_b2b_async.emulator import Emulator, ProjectSettings, TrustedTokenProfile

PROFILE = "profile-1"
OLD_SESSION = "session-of-another-system"
_ISSUER = "https://idp.example"
_KEY = ec.generate_private_key(ec.SECP256R1())


def settings(email: str, *, shared_passwords: bool) -> ProjectSettings:
    """Trust the other system, where somebody has a session."""
    public = _KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    profile = TrustedTokenProfile(issuer=_ISSUER, audience="acme", public_keys=[public])
    return ProjectSettings(
        trusted_token_profiles={PROFILE: profile},
        external_sessions={OLD_SESSION: email},
        cross_organization_passwords=shared_passwords,
    )


def trusted_token(email: str) -> str:
    """Sign a token of the other system."""
    claims = {"iss": _ISSUER, "aud": "acme", "exp": int(time.time()) + 60, "email": email, "jti": "token-1"}
    key = ECKey.import_key(_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return jwt.encode({"alg": "ES256"}, claims, key)


async def choose(stytch: Emulator, path: str, person: dict[str, str], **query: str) -> str:
    """Log in as a person at the built-in identity provider; return the token that the redirect brings."""
    url = f"{stytch.url}{path}?{urlencode({'public_token': stytch.public_token, **query})}"
    async with aiohttp.ClientSession() as browser, browser.post(url, data=person, allow_redirects=False) as response:
        return parse_qs(urlsplit(response.headers["location"]).query)["token"][0]


async def post_form(url: str, form: dict[str, str]) -> dict[str, Any]:
    """Post a form; return the JSON of the response."""
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as response:
        found: dict[str, Any] = await response.json()
        return found


def certificate() -> str:
    """Make a certificate of an identity provider."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, _KEY.public_key(), 1, now, now + timedelta(days=30)).sign(_KEY, hashes.SHA256())
    return made.public_bytes(Encoding.PEM).decode()


def private_key() -> str:
    """Make a private key, as SAML connections take it."""
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
