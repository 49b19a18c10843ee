"""The signing keys of session JWTs, created on first use and stored in the database."""

import base64
import hashlib
from datetime import timedelta

import attrs
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import RSAKey

from stytch_b2b_async.emulator.clock import Clock
from stytch_b2b_async.emulator.identifiers import new_id
from stytch_b2b_async.models.jwks import JWK

from .store import Store
from .table import Table

OVERLAP = timedelta(days=30)

TABLES = (
    Table(
        "signing_keys",
        """
        CREATE TABLE signing_keys (
            key_id TEXT PRIMARY KEY,
            private_pem TEXT NOT NULL,
            certificate TEXT NOT NULL,
            replaced_at REAL
        );
        """,
        kept=True,
    ),
)


@attrs.frozen(eq=False)
class SigningKey:
    """A private key, and the certificate of its public key."""

    key_id: str
    key: RSAKey = attrs.field(repr=False)
    certificate: bytes = attrs.field(repr=False)
    """In DER."""
    replaced_at: float | None = None
    """When a newer key replaced it."""

    @property
    def public(self) -> JWK:
        """The public key."""
        numbers = self.key.as_dict(private=False)
        return JWK(
            kty="RSA",
            use="sig",
            key_ops=["verify"],
            alg="RS256",
            kid=self.key_id,
            x5c=[base64.b64encode(self.certificate).decode()],
            x5tS256=base64.urlsafe_b64encode(hashlib.sha256(self.certificate).digest()).rstrip(b"=").decode(),
            n=str(numbers["n"]),
            e=str(numbers["e"]),
        )


class SigningKeys:
    """The keys of the project."""

    def __init__(self, store: Store, clock: Clock, environment: str) -> None:
        self._store = store
        self._clock = clock
        self._environment = environment
        self._keys: list[SigningKey] = []

    @property
    def all(self) -> list[SigningKey]:
        """All published keys, oldest first; the first is created on demand."""
        return self.existing or [self._make()]

    @property
    def existing(self) -> list[SigningKey]:
        """All published keys that are stored, oldest first."""
        oldest = (self._clock.now() - OVERLAP).timestamp()
        return [key for key in self._stored() if key.replaced_at is None or key.replaced_at > oldest]

    def rotate(self) -> SigningKey:
        """Replace the current key; it stays published for a month, so that tokens signed with it can be verified."""
        self._store.run("UPDATE signing_keys SET replaced_at = ? WHERE replaced_at IS NULL", self._clock.now().timestamp())
        self.forget()
        made = self._make()
        self._store.after_commit(self.forget)  # what `_make` remembers is the new key alone
        return made

    def use(self, key: SigningKey) -> None:
        """Sign with a key of another project: making one takes long."""
        pem = key.key.as_pem(private=True).decode()
        self._insert(key.key_id, pem, key.certificate)
        self._remember([key])

    def _stored(self) -> list[SigningKey]:
        if self._keys:
            return self._keys
        rows = self._store.rows("SELECT * FROM signing_keys ORDER BY rowid")
        loaded = [
            SigningKey(
                row["key_id"],
                _imported(row["private_pem"], row["key_id"]),
                bytes.fromhex(row["certificate"]),
                row["replaced_at"],
            )
            for row in rows
        ]
        self._remember(loaded)
        return loaded

    def forget(self) -> None:
        """Read the keys again: they were replaced in the database."""
        self._keys = []

    def _remember(self, keys: list[SigningKey]) -> None:
        """Cache keys only after the commit: a key created by this call may be rolled back."""

        def remember() -> None:
            self._keys = keys

        self._store.after_commit(remember)

    @property
    def current(self) -> SigningKey:
        """The key to sign with."""
        return self.all[-1]

    def _make(self) -> SigningKey:
        key_id = new_id("jwk", self._environment)
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        certificate = self._certificate(private, key_id)
        self._insert(key_id, pem, certificate)
        made = SigningKey(key_id, RSAKey(private, pem, {"kid": key_id}), certificate)  # reading it back from PEM takes 50 ms
        self._remember([made])
        return made

    def _insert(self, key_id: str, pem: str, certificate: bytes) -> None:
        self._store.run(
            "INSERT INTO signing_keys (key_id, private_pem, certificate) VALUES (?, ?, ?)", key_id, pem, certificate.hex()
        )

    def _certificate(self, private: rsa.RSAPrivateKey, key_id: str) -> bytes:
        from cryptography import x509  # a tenth of the time that a start takes

        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, key_id)])
        now = self._clock.now()
        builder = (
            x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + timedelta(days=3650))
        )
        return builder.sign(private, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _imported(pem: str, key_id: str) -> RSAKey:
    return RSAKey.import_key(pem, {"kid": key_id})
