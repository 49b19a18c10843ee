"""The parts that need no site: which call a token is for, and what a browser keeps."""

import itertools

import pytest

from stytch_b2b_async.catalog import endpoints
from stytch_b2b_async.logins import ChooseOrganization, NeedsPrimaryFactor, NeedsSecondFactor
from stytch_b2b_async.web.cookies import MAX_COOKIE
from stytch_b2b_async.web.login.callbacks import TOKEN_TYPES, token_type
from stytch_b2b_async.web.login.pending import PendingLogin, read_pending
from stytch_b2b_async.web.login.verifiers import browser_verifiers, new_verifier

PAIRS = {
    ("multi_tenant_magic_links", ""): "magic_links.authenticate",
    ("multi_tenant_magic_links", "login"): "magic_links.authenticate",
    ("multi_tenant_magic_links", "reset_password"): "magic_links.authenticate",
    ("discovery", ""): "magic_links.discovery.authenticate",
    ("discovery", "login"): "magic_links.discovery.authenticate",
    ("discovery", "reset_password"): "passwords.discovery.email.reset",
    ("multi_tenant_passwords", ""): "passwords.email.reset",
    ("multi_tenant_passwords", "reset_password"): "passwords.email.reset",
    ("sso", ""): "sso.authenticate",
    ("sso", "login"): "sso.authenticate",
    ("oauth", ""): "oauth.authenticate",
    ("oauth", "login"): "oauth.authenticate",
    ("discovery_oauth", ""): "oauth.discovery.authenticate",
    ("discovery_oauth", "login"): "oauth.discovery.authenticate",
    ("multi_tenant_impersonation", ""): "impersonation.authenticate",
    ("multi_tenant_impersonation", "login"): "impersonation.authenticate",
}


KINDS = sorted({kind for kind, _ in PAIRS} | {"magic_links", ""})


@pytest.mark.parametrize("pair", list(itertools.product(KINDS, ["", "login", "reset_password", "x"])))
def test_which_call_takes_a_token(pair: tuple[str, str]) -> None:
    """Nine pairs, each with its call; all others have none."""
    kind = token_type(*pair)
    assert 9 == len(TOKEN_TYPES)
    if pair not in PAIRS:
        assert kind is None
        return
    assert kind is not None
    needed = {"password": "p"} if kind.needs_password and not kind.resets_session else {}
    request = kind.request("t", None if kind.verifier is None else "v" * 43, **needed)
    assert PAIRS[pair] == endpoints()[request.operation].operation


@pytest.mark.parametrize(
    "step",
    [
        NeedsSecondFactor(intermediate_session_token="t", organization_id="o", member_id="m", phone_number="+12025550162"),
        NeedsPrimaryFactor(intermediate_session_token="t", organization_id="o", allowed_auth_methods=("sso", "password")),
        ChooseOrganization(intermediate_session_token="t"),
    ],
)
def test_an_unfinished_login_survives_its_cookie(step: NeedsSecondFactor | NeedsPrimaryFactor | ChooseOrganization) -> None:
    """Without the number, of which the last digits are enough, and without the token in a repr."""
    pending = PendingLogin.of(step)
    assert pending == read_pending([pending.to_cookie()])
    assert "2025550162" not in repr(pending)
    assert "token=" not in repr(pending)


def test_longest_cookie() -> None:
    """The longest unfinished login fits into a cookie."""
    step = NeedsPrimaryFactor(
        intermediate_session_token="t" * 256, organization_id="o" * 128, allowed_auth_methods=tuple("x" * 40 for _ in range(50))
    )
    assert len(PendingLogin.of(step).to_cookie()) < MAX_COOKIE


@pytest.mark.parametrize("value", ["", "x", "e30", "W10", "bnVsbA", "eyJraW5kIjoxfQ", "%00", "\u00e9", "A" * 9000, "W1tb" * 500])
def test_cookies_that_are_no_login(value: str) -> None:
    assert read_pending([value]) is None


def test_two_cookies_of_one_name_are_none() -> None:
    """Which one is right cannot be told."""
    cookie = PendingLogin.of(ChooseOrganization(intermediate_session_token="t")).to_cookie()
    assert read_pending([cookie, cookie + "A"]) is None


def test_verifiers_are_found_newest_first() -> None:
    older, newer = new_verifier(1_700_000_000), new_verifier(1_800_000_000)
    cookies = "; ".join(f"p_{one.name}={one.created}.{one.pair.verifier}" for one in (older, newer))
    assert [newer, older] == browser_verifiers([(b"Cookie", cookies.encode())], "p_")
    assert newer.pair.verifier not in repr(newer)
    assert newer.pair != older.pair
