import base64
import hashlib
import time
from typing import Any

import argon2
import pytest
from argon2.low_level import Type, hash_secret_raw
from support.tenants import ADA, PASSWORD, Tenant, refused

from stytch_b2b_async.emulator.rules.passwords import hashing

SALT = b"salt-of-16-bytes"


def b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def salted(kind: str) -> str:
    return hashlib.new(kind, f"<{PASSWORD}>".encode()).hexdigest()


def encoded(parameters: str) -> str:
    """Write an argon2id hash of some cost."""
    return f"$argon2id$v=19${parameters}${b64(SALT).rstrip('=')}${b64(b'x' * 32).rstrip('=')}"


def bcrypt_hash(version_and_cost: str) -> str:
    return f"${version_and_cost}$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"


SALTS = {"prepend_salt": "<", "append_salt": ">"}
ARGON = {"salt": b64(SALT), "iteration_amount": 1, "memory": 64, "threads": 1, "key_length": 32}
ARGON_HASH = hash_secret_raw(PASSWORD.encode(), SALT, 1, 64, 1, 32, Type.ID).hex()
SCRYPT = {"salt": b64(SALT), "n_parameter": 16, "r_parameter": 8, "p_parameter": 1, "key_length": 32}
SCRYPT_HASH = hashlib.scrypt(PASSWORD.encode(), salt=SALT, n=16, r=8, p=1, dklen=32)
PBKDF2 = {"salt": b64(SALT), "iteration_amount": 10, "key_length": 32, "algorithm": "sha256"}
PBKDF2_HASH = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), SALT, 10, 32)
PHPASS = "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"  # "test12345", the example of phpass itself


@pytest.mark.parametrize(
    "migrated",
    [
        {"hash_type": "md_5", "hash": hashlib.md5(PASSWORD.encode()).hexdigest()},  # noqa: S324  # what others used
        {"hash_type": "md_5", "hash": salted("md5"), "md_5_config": SALTS},
        {"hash_type": "sha_1", "hash": salted("sha1"), "sha_1_config": SALTS},
        {"hash_type": "sha_512", "hash": salted("sha512").upper(), "sha_512_config": SALTS},
        {"hash_type": "argon_2id", "hash": ARGON_HASH, "argon_2_config": ARGON},
        {
            "hash_type": "argon_2i",
            "hash": hash_secret_raw(PASSWORD.encode(), SALT, 1, 64, 1, 32, Type.I).hex(),
            "argon_2_config": ARGON,
        },
        {"hash_type": "argon_2id", "hash": argon2.PasswordHasher(1, 64, 1).hash(PASSWORD)},
        {"hash_type": "scrypt", "hash": b64(SCRYPT_HASH), "scrypt_config": SCRYPT},
        {"hash_type": "scrypt", "hash": f"$scrypt$ln=4,r=8,p=1${b64(SALT).rstrip('=')}${b64(SCRYPT_HASH).rstrip('=')}"},
        {"hash_type": "pbkdf_2", "hash": b64(PBKDF2_HASH), "pbkdf_2_config": PBKDF2},
    ],
    ids=lambda migrated: str(migrated["hash_type"]),
)
async def test_a_password_that_comes_along_can_be_used(acme: Tenant, migrated: dict[str, Any]) -> None:
    """By whatever it was hashed; the address counts as verified."""
    answer = await acme.client.passwords.migrate(organization_id=acme.organization_id, email_address=ADA, **migrated)
    assert (acme.member_id, False, True) == (answer.member_id, answer.member_created, answer.member.email_address_verified)
    assert answer.member.member_password_id.startswith("member-password-test-")
    assert set() == await acme.sessions()
    await acme.fail(1)
    assert (await acme.log_in()).member_authenticated


async def test_a_portable_hash_of_phpass_can_be_used(acme: Tenant) -> None:
    """Though nothing but the emulator knows how."""
    await acme.client.passwords.migrate(organization_id=acme.organization_id, email_address=ADA, hash_type="phpass", hash=PHPASS)
    await acme.fail(1)
    assert (await acme.log_in("test12345")).member_authenticated


async def test_bcrypt(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash of bcrypt can be used where bcrypt is installed. Otherwise its type is refused."""
    hashed = "$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"  # "test", at the lowest cost
    migrate = acme.client.passwords.migrate
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with refused("invalid_hash_type"):
        await migrate(organization_id=acme.organization_id, email_address=ADA, hash_type="bcrypt", hash=hashed)
    monkeypatch.undo()
    bcrypt = pytest.importorskip("bcrypt")
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    await migrate(organization_id=acme.organization_id, email_address=ADA, hash_type="bcrypt", hash=hashed)
    await acme.fail(1)
    assert (await acme.log_in()).member_authenticated


@pytest.mark.parametrize(
    ("migrated", "error_type"),
    [
        ({"hash_type": "rot_13", "hash": "x"}, "invalid_hash_type"),
        ({"hash_type": "md_5", "hash": "xyz"}, "invalid_md_5_hash"),
        ({"hash_type": "md_5", "hash": "abcd"}, "invalid_md_5_hash"),
        ({"hash_type": "sha_1", "hash": "abcd"}, "invalid_sha_1_hash"),
        ({"hash_type": "sha_512", "hash": "abcd"}, "invalid_sha_512_hash"),
        ({"hash_type": "phpass", "hash": "$X$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"}, "invalid_phpass_hash_prefix"),
        ({"hash_type": "phpass", "hash": "$P$9"}, "invalid_phpass_hash_format"),
        ({"hash_type": "argon_2id", "hash": "x"}, "invalid_hash"),
        ({"hash_type": "argon_2i", "hash": argon2.PasswordHasher(1, 64, 1).hash(PASSWORD)}, "invalid_hash"),
        ({"hash_type": "argon_2id", "hash": "abcd", "argon_2_config": ARGON}, "argon_2_key_length_mismatch"),
        ({"hash_type": "argon_2id", "hash": ARGON_HASH, "argon_2_config": {**ARGON, "salt": "a"}}, "invalid_argon_2_salt"),
        ({"hash_type": "argon_2id", "hash": ARGON_HASH, "argon_2_config": {**ARGON, "memory": 2**31}}, "invalid_argon_2_memory"),
        ({"hash_type": "argon_2id", "hash": ARGON_HASH, "argon_2_config": {**ARGON, "threads": 0}}, "invalid_argon_2_threads"),
        ({"hash_type": "scrypt", "hash": "x"}, "invalid_hash"),
        ({"hash_type": "scrypt", "hash": b64(SCRYPT_HASH), "scrypt_config": {**SCRYPT, "salt": ""}}, "invalid_scrypt_salt_length"),
        ({"hash_type": "scrypt", "hash": b64(SCRYPT_HASH), "scrypt_config": {**SCRYPT, "salt": "*"}}, "invalid_base64_scrypt_salt"),
        ({"hash_type": "scrypt", "hash": b64(SCRYPT_HASH[1:]), "scrypt_config": SCRYPT}, "scrypt_key_length_mismatch"),
        ({"hash_type": "pbkdf_2", "hash": b64(PBKDF2_HASH), "pbkdf_2_config": {**PBKDF2, "salt": "*"}}, "invalid_pbkdf_2_salt"),
        ({"hash_type": "pbkdf_2", "hash": b64(PBKDF2_HASH[1:]), "pbkdf_2_config": PBKDF2}, "pbkdf_2_key_length_mismatch"),
        ({"hash_type": "argon_2id", "hash": ARGON_HASH[2:], "argon_2_config": ARGON}, "argon_2_key_length_mismatch"),
        ({"hash_type": "argon_2id", "hash": "xyz", "argon_2_config": ARGON}, "invalid_hash"),
        ({"hash_type": "scrypt", "hash": "*", "scrypt_config": SCRYPT}, "invalid_base64_scrypt_hash"),
        ({"hash_type": "scrypt", "hash": "YWJj", "scrypt_config": SCRYPT}, "scrypt_key_length_mismatch"),
        (
            {"hash_type": "scrypt", "hash": b64(SCRYPT_HASH), "scrypt_config": {**SCRYPT, "n_parameter": 15}},
            "invalid_scrypt_n_parameter",
        ),
        (
            {"hash_type": "scrypt", "hash": b64(SCRYPT_HASH), "scrypt_config": {**SCRYPT, "p_parameter": 10**7}},
            "invalid_scrypt_parameters",
        ),
        (
            {
                "hash_type": "scrypt",
                "hash": b64(SCRYPT_HASH),
                "scrypt_config": {**SCRYPT, "n_parameter": 2, "p_parameter": 4_194_304},
            },
            "invalid_scrypt_parameters",
        ),
        (
            {"hash_type": "scrypt", "hash": b64(SCRYPT_HASH), "scrypt_config": {**SCRYPT, "n_parameter": 65_536, "r_parameter": 1}},
            "invalid_scrypt_parameters",
        ),
        (
            {"hash_type": "argon_2id", "hash": ARGON_HASH, "argon_2_config": {**ARGON, "iteration_amount": 4_294_967_295}},
            "invalid_argon_2_iteration_amount",
        ),
        ({"hash_type": "argon_2id", "hash": encoded("m=64,t=4294967295,p=1")}, "invalid_argon_2_iteration_amount"),
        ({"hash_type": "argon_2id", "hash": encoded("m=262144,t=5,p=1")}, "invalid_argon_2_iteration_amount"),
        ({"hash_type": "argon_2id", "hash": encoded("m=262145,t=1,p=1")}, "invalid_argon_2_memory"),
        ({"hash_type": "argon_2id", "hash": encoded("m=2048,t=1024,p=64")}, "invalid_argon_2_iteration_amount"),
        ({"hash_type": "argon_2id", "hash": encoded("m=8,t=1,p=255")}, "invalid_argon_2_threads"),
        ({"hash_type": "bcrypt", "hash": bcrypt_hash("2$04")}, "invalid_bcrypt_hash"),
        ({"hash_type": "bcrypt", "hash": bcrypt_hash("2b$31")}, "invalid_bcrypt_cost"),
        ({"hash_type": "bcrypt", "hash": bcrypt_hash("2b$15")}, "invalid_bcrypt_cost"),
        ({"hash_type": "phpass", "hash": "$P$QIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"}, "invalid_phpass_hash_format"),
        (
            {"hash_type": "pbkdf_2", "hash": b64(PBKDF2_HASH), "pbkdf_2_config": {**PBKDF2, "iteration_amount": 10_000_000}},
            "invalid_pbkdf_2_iteration_amount",
        ),
        (
            {
                "hash_type": "pbkdf_2",
                "hash": b64(b"x" * 1024),
                "pbkdf_2_config": {**PBKDF2, "iteration_amount": 1_000_000, "key_length": 1024},
            },
            "invalid_pbkdf_2_iteration_amount",
        ),
        ({"hash_type": "pbkdf_2", "hash": "x"}, "invalid_pbkdf_2_hash"),
        ({"hash_type": "pbkdf_2", "hash": "YWJj", "pbkdf_2_config": PBKDF2}, "pbkdf_2_key_length_mismatch"),
        (
            {"hash_type": "pbkdf_2", "hash": b64(PBKDF2_HASH), "pbkdf_2_config": {**PBKDF2, "algorithm": "md5"}},
            "invalid_pbkdf_2_algorithm",
        ),
        (
            {"hash_type": "pbkdf_2", "hash": b64(PBKDF2_HASH), "pbkdf_2_config": {**PBKDF2, "iteration_amount": 10**9}},
            "invalid_pbkdf_2_iteration_amount",
        ),
    ],
)
async def test_a_hash_that_makes_no_sense_is_refused(acme: Tenant, migrated: dict[str, Any], error_type: str) -> None:
    """By what is wrong with it; nothing changes."""
    with refused(error_type):
        await acme.client.passwords.migrate(organization_id=acme.organization_id, email_address=ADA, **migrated)
    with refused("member_password_not_found", 404):
        await acme.log_in()


async def test_existing_password(acme: Tenant) -> None:
    """Only a member without a password gets one. The one there is stays."""
    await acme.reset()
    with refused("password_already_exists"):
        await acme.client.passwords.migrate(
            organization_id=acme.organization_id, email_address=ADA, hash_type="md_5", hash="5ebe2294ecd0e0f08eab7690d2a6ee69"
        )


async def test_a_member_who_is_not_there_is_made(acme: Tenant) -> None:
    """With all that is said of them."""
    answer = await acme.client.passwords.migrate(
        organization_id=acme.organization_id,
        email_address="grace@example.com",
        hash_type="md_5",
        hash="5ebe2294ecd0e0f08eab7690d2a6ee69",
        name="Grace",
        external_id="g|1",
        roles=["stytch_admin"],
        mfa_phone_number="+12025550162",
        set_phone_number_verified=True,
        untrusted_metadata={"a": 1},
    )
    member = answer.member
    assert answer.member_created
    assert ("Grace", "g|1", True, "active") == (member.name, member.external_id, member.is_admin, member.status)
    assert ("+12025550162", True) == (member.mfa_phone_number, member.mfa_phone_number_verified)
    assert {"a": 1} == member.untrusted_metadata


async def test_existing_member(acme: Tenant) -> None:
    """A member a caller that is there is changed but for their external id. Roles are replaced, metadata is merged."""
    answer = await acme.client.passwords.migrate(
        organization_id=acme.organization_id,
        email_address=ADA,
        hash_type="md_5",
        hash="5ebe2294ecd0e0f08eab7690d2a6ee69",
        name="Ada",
        external_id="a|1",
        roles=["stytch_admin"],
        mfa_phone_number="+12025550162",
        trusted_metadata={"a": 1, "b": None},
    )
    member = answer.member
    assert ("Ada", None, True, {"a": 1}) == (member.name, member.external_id, member.is_admin, member.trusted_metadata)
    assert ("+12025550162", False) == (member.mfa_phone_number, member.mfa_phone_number_verified)


async def test_shared_password(acme: Tenant) -> None:
    """A shared password is brought along for each organization. The others go without until it is their turn."""
    other = await Tenant.make(acme.stytch, acme.client)
    for tenant in (acme, other):
        with refused("member_password_not_found", 404):
            await tenant.log_in("secret")
        await tenant.client.passwords.migrate(
            organization_id=tenant.organization_id, email_address=ADA, hash_type="md_5", hash="5ebe2294ecd0e0f08eab7690d2a6ee69"
        )
        assert (await tenant.log_in("secret")).member_authenticated


def test_new_passwords_are_hashed_with_argon2id() -> None:
    """A salt each; a hash that is broken checks nothing."""
    hashed = hashing.hash_password(PASSWORD)
    assert "$argon2id$" in hashed
    assert hashed != hashing.hash_password(PASSWORD)
    assert hashing.verify(hashed, PASSWORD)
    assert not hashing.verify(hashing.write("argon2", hash="broken"), PASSWORD)


@pytest.mark.parametrize(
    "stored",
    [
        hashing.write("bcrypt", hash=bcrypt_hash("2$04")),
        hashing.write("scrypt", hash="00", salt="00", n=65_536, r=1, p=1, length=1),
    ],
)
def test_uncheckable_hash(stored: str) -> None:
    """Stored hash that cannot be checked matches no password.

    An old database may hold one: a login with it is refused, not an internal error.
    """
    assert not hashing.verify(stored, PASSWORD)
    assert not hashing.CanBeVerified(stored).run()


def test_phpass_refuses_long_passwords() -> None:
    """Each of its rounds hashes the whole password."""
    assert not hashing.verify(hashing.write("phpass", hash=PHPASS), "x" * 5000)


@pytest.mark.slow
@pytest.mark.parametrize(
    "stored",
    [
        hashing.write("bcrypt", hash=bcrypt_hash("2b$14")),
        hashing.write("argon2", hash=encoded("m=262144,t=4,p=1")),
        hashing.write("argon2", hash=encoded("m=2048,t=512,p=1")),
        hashing.write("argon2", hash=encoded("m=2048,t=64,p=64")),
        hashing.write("scrypt", hash="00", salt="00", n=262_144, r=8, p=1, length=1),
        hashing.write("scrypt", hash="00", salt="00", n=1024, r=1, p=1024, length=1),
        hashing.write("pbkdf2", hash="00", digest="sha256", salt="00", iterations=2_000_000, length=32),
        hashing.write("phpass", hash="$P$GIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"),
    ],
    ids=lambda stored: stored[:60],
)
def test_costliest_hashes_are_checked_in_seconds(stored: str) -> None:
    """The bounds of migration are what checking one password may cost."""
    began = time.process_time()
    assert hashing.CanBeVerified(stored).run()
    assert 20 > time.process_time() - began


PLAIN: dict[str, Any] = {"hash_type": "md_5", "hash": "5ebe2294ecd0e0f08eab7690d2a6ee69"}


@pytest.mark.parametrize("email", [ADA, "new@example.com"])
async def test_migrated_phone_number(acme: Tenant, email: str) -> None:
    """It must be one, and nobody else's; an own one can become verified."""
    who: dict[str, Any] = {"organization_id": acme.organization_id, "email_address": email, **PLAIN}
    await acme.client.organizations.members.create(
        organization_id=acme.organization_id, email_address="grace@example.com", mfa_phone_number="+12025550162"
    )
    with refused("invalid_phone_number"):
        await acme.client.passwords.migrate(**who, mfa_phone_number="12025550163")
    with refused("duplicate_member_phone_number"):
        await acme.client.passwords.migrate(**who, mfa_phone_number="+12025550162")
    if email == ADA:
        await acme.client.organizations.members.update(
            organization_id=acme.organization_id, member_id=acme.member_id, mfa_phone_number="+12025550163"
        )
        with refused("duplicate_member_phone_number_for_member"):
            await acme.client.passwords.migrate(**who, mfa_phone_number="+12025550164")
    migrated = await acme.client.passwords.migrate(**who, mfa_phone_number="+12025550163", set_phone_number_verified=True)
    assert ("+12025550163", True) == (migrated.member.mfa_phone_number, migrated.member.mfa_phone_number_verified)


async def test_migrated_metadata_keeps_its_bounds(acme: Tenant) -> None:
    """Together with what was there."""
    await acme.client.organizations.members.update(
        organization_id=acme.organization_id, member_id=acme.member_id, trusted_metadata={str(key): 1 for key in range(20)}
    )
    who: dict[str, Any] = {"organization_id": acme.organization_id, "email_address": ADA, **PLAIN}
    with refused("metadata_too_many_keys"):
        await acme.client.passwords.migrate(**who, trusted_metadata={"one more": 1})
    migrated = await acme.client.passwords.migrate(**who, trusted_metadata={"one more": 1, "0": None})
    assert 20 == len(migrated.member.trusted_metadata or {})
