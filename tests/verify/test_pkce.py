import pickle
import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stytch_b2b_async.verify.pkce import PKCE

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_challenge_is_that_of_the_rfc() -> None:
    assert CHALLENGE == PKCE.of(VERIFIER).challenge


@given(st.text("ABCXYZabcxyz0189-._~", min_size=43, max_size=128))
def test_any_verifier_of_the_rfc_is_taken(verifier: str) -> None:
    expected = urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")
    assert expected == PKCE.of(verifier).challenge


def test_bounds() -> None:
    """A generated pair is within the bounds of the RFC."""
    pair = PKCE.generate()
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", pair.verifier)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", pair.challenge)


def test_no_two_generated_pairs_are_alike() -> None:
    assert 100 == len({PKCE.generate().verifier for _ in range(100)})


def test_a_pair_is_made_again_of_its_verifier() -> None:
    pair = PKCE.generate()
    assert pair == PKCE.of(pair.verifier)


def test_matching_challenge() -> None:
    """A challenge matches its own verifier alone."""
    pair = PKCE.of(VERIFIER)
    assert pair.matches(CHALLENGE)
    assert not pair.matches(PKCE.generate().challenge)


@pytest.mark.parametrize("challenge", ["", CHALLENGE + "=", CHALLENGE.lower(), "ü" * 43, "\udc80" * 43, VERIFIER])
def test_bad_challenge(challenge: str) -> None:
    """What is not a challenge of it does not match."""
    assert not PKCE.of(VERIFIER).matches(challenge)


@pytest.mark.parametrize("verifier", ["", "short", "v" * 42, "v" * 129, "v" * 42 + "+", "v" * 42 + " ", "ü" * 43, "v" * 43 + "\n"])
def test_bad_verifier(verifier: str) -> None:
    """What is not a verifier is refused without being shown."""
    with pytest.raises(ValueError, match=r"^verifier must be 43 to 128 of A-Z a-z 0-9 - \. _ ~$"):
        PKCE.of(verifier)


def test_a_verifier_that_was_not_kept_is_refused() -> None:
    missing: Any = None
    with pytest.raises(TypeError, match="verifier must be a str, not NoneType"):
        PKCE.of(missing)


def test_a_repr_does_not_show_the_verifier() -> None:
    assert repr(PKCE.of(VERIFIER)) == "PKCE(verifier='***')"


def test_immutable_pair() -> None:
    """A pair cannot be changed and survives pickling."""
    pair: Any = PKCE.of(VERIFIER)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        pair.verifier = "v" * 43
    assert pair == pickle.loads(pickle.dumps(pair))  # noqa: S301  # its own
