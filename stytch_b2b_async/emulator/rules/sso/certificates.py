"""Certificates and keys of SAML connections. What reads certificates is imported on first use: it would slow every start."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.models.sso import SsoX509Certificate

if TYPE_CHECKING:
    from cryptography import x509

MAX_CERTIFICATES: Final = 5
"""Of each kind, and encryption keys too."""
_MAX_PEM: Final = 8192  # characters
_MAX_KEY: Final = 4096  # bits: larger ones take long
_LIFE: Final = timedelta(days=3650)
_PKCS1: Final = "-----BEGIN RSA PRIVATE KEY-----"


def certificate(project: Project, pem: str | None, issuer: str = "") -> SsoX509Certificate:
    """Describe an identity provider's certificate, or make one up for an issuer."""
    if pem is None:
        return _described(project, _self_signed(project, ec.generate_private_key(ec.SECP256R1()), issuer))
    invalid = EmulatedError("invalid_x509_certificate", "x509_certificate is not a certificate in PEM.")
    if len(pem) > _MAX_PEM:
        raise invalid
    from cryptography import x509

    try:
        return _described(project, x509.load_pem_x509_certificate(pem.strip().encode()))
    except ValueError:
        raise invalid from None


def signing_certificate(project: Project, pem: str, connection_id: str) -> SsoX509Certificate:
    """Create the certificate of a key that signs login requests."""
    return _described(project, _self_signed(project, check_private_key(pem), connection_id))


def check_private_key(pem: str) -> rsa.RSAPrivateKey:
    """Return an RSA key. Raises EmulatedError for anything but PKCS#1 in PEM."""
    if not pem.strip().startswith(_PKCS1):
        raise EmulatedError("saml_signing_private_key_format_not_supported", "The key must be an RSA key in PKCS#1 PEM.")
    invalid = EmulatedError("saml_signing_private_key_invalid", f"The key must be an RSA key of at most {_MAX_KEY} bits.")
    if len(pem) > _MAX_PEM:
        raise invalid
    try:
        key = load_pem_private_key(pem.strip().encode(), None)
    except (ValueError, TypeError):  # TypeError: encrypted
        raise invalid from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size > _MAX_KEY:
        raise invalid
    return key


def _self_signed(project: Project, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, name: str) -> "x509.Certificate":
    from cryptography import x509

    common = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64])])
    now = min(project.clock.now(), datetime.max.replace(tzinfo=UTC) - 2 * _LIFE)
    made = x509.CertificateBuilder(common, common, key.public_key(), x509.random_serial_number(), now, now + _LIFE)
    return made.sign(key, hashes.SHA256())


def _described(project: Project, found: "x509.Certificate") -> SsoX509Certificate:
    return SsoX509Certificate(
        certificate_id=project.new_id("saml-verification-key"),
        certificate=found.public_bytes(Encoding.PEM).decode(),
        issuer=found.issuer.rfc4514_string(),
        created_at=project.clock.now(),
        expires_at=found.not_valid_after_utc,
        updated_at=project.clock.now(),
    )
