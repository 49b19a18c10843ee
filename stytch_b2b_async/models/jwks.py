"""Public keys of session JWTs."""

from stytch_b2b_async.schema import Model, frozen


@frozen
class JWK(Model):
    """A public key (RFC 7517)."""

    kty: str
    use: str
    key_ops: list[str]
    alg: str
    kid: str
    x5c: list[str]
    x5tS256: str  # noqa: N815  # the API's spelling
    n: str
    """The RSA modulus, in base64url."""
    e: str
    """The RSA exponent, in base64url."""
