"""Host and Origin are read strictly: text of another form is none, and nothing but this machine counts as this machine."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stytch_b2b_async.wire.hosts import is_loopback, parse_host, parse_origin


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.8.9.1:80", "[::1]:3000", "app.localhost"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost.evil.com",
        "notlocalhost",
        "127.0.0.1.evil.com",
        "1127.0.0.1",
        "10.0.0.1",
        "[::2]",
        "[::2]:80",
        "[127.0.0.1]",
        "127.999.0.1",
        "127.1",
        "local host",
        "a@localhost",
        "@localhost",
        "localhost/x",
        "localhost#x",
        "localhost?x",
        "localhost,evil.com",
        "localhost.",
        "localhost:",
        "localhost:99999",
        "localhost:8\u06f0",
        "loc\nalhost",
        "localhost\t",
        ".localhost",
        "a..localhost",
        "[::1]a",
        "[::1%25lo]",
    ],
)
def test_another_machine(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["a b", "a/b", "a?b", "a#b", "u@a", "a:b", "a:80:80", ".a", "a..b", "a.", "é.com", "%61.com", "[::1", "a\x00", "-a", "x" * 300],
)
def test_a_malformed_host_is_none(host: str) -> None:
    assert parse_host(host) is None


@given(st.text(max_size=300))
def test_any_text_is_a_host_or_none(text: str) -> None:
    found = parse_host(text)
    assert found is None or re.fullmatch(r"[a-z0-9._\-\[\]:]+", found.name)
    parse_origin(text)


def test_the_scheme_s_own_port_says_nothing() -> None:
    assert parse_origin("https://app.example.com:443") == parse_origin("https://app.example.com")
    assert parse_origin("https://app.example.com:80") != parse_origin("https://app.example.com")
