"""Hosts, origins, cookies, and what must leave with a response."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.heads import head, head_of

from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.web import (
    Auth,
    Cookies,
    Granted,
    Outgoing,
    Refused,
    Request,
    RequestHead,
    Response,
    SetCookie,
    member,
    values_of,
)
from stytch_b2b_async.web.http import BadFormError
from stytch_b2b_async.web.tenancy import template

# Organizations


def test_slug_like_an_id() -> None:
    """No slug is taken for another organization's id.

    A slug is of its organization's choice, and handlers take what is in the path for an id.
    """
    victim, thief = "organization-live-11111111-1111-4111-8111-111111111111", "organization-live-2"
    where = template("{org}")
    asked = RequestHead(method="GET", headers=[], scheme="https", path_parameters={"org": victim})
    assert where.is_about(asked, "", victim, "acme")
    assert not where.is_about(asked, "", thief, victim)


def test_an_empty_slug_is_nobody_s() -> None:
    asked = RequestHead(method="GET", headers=[], scheme="https", path_parameters={"org": ""})
    assert not template("{org}").is_about(asked, "", "organization-live-1", "")
    assert not template("{org}").is_about(RequestHead(method="GET", headers=[], scheme="https"), "", "organization-live-1", "")


# Cookies


def test_a_cookie_has_all_its_flags() -> None:
    cookie = SetCookie("__Host-a", "b", 60, secure=True)
    assert "__Host-a=b; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure" == cookie.header


def test_cookie_flags() -> None:
    """Cookies take no argument that weakens them."""
    make: Any = Cookies
    for name in ("secure", "httponly", "http_only", "samesite", "path", "domain", "name"):
        with pytest.raises(TypeError):
            make(**{name: None})


@pytest.mark.parametrize(
    "domain", ["", "com", ".example.com", "example.com; Path=/x", "*.example.com", "EXAMPLE.com", "example.com:80"]
)
def test_a_domain_of_cookies_is_a_domain(domain: str) -> None:
    with pytest.raises(ValueError, match="domain"):
        Cookies.by_stytch(domain=domain)


def test_who_owns_the_cookies_is_a_value() -> None:
    assert Cookies() == Cookies() != Cookies.shared()
    assert Cookies.by_stytch(domain="example.com") == Cookies.by_stytch(domain="example.com")
    assert 3 == len({Cookies(), Cookies.shared(), Cookies.by_stytch(domain="example.com")})


def test_repeated_cookies() -> None:
    """The values of a repeated cookie are all found."""
    headers = [(b"Cookie", b"a=1; b=2; a=3"), (b"cookie", b"a=1; xa=4; a = 5 ;a"), (b"x", b"a=6")]
    assert ["1", "3", "5"] == values_of(headers, "a")


# What leaves

COOKIE = SetCookie("__Host-a", "b", 60, secure=True)
LEAVING = Outgoing((COOKIE,), varies=True)


def test_a_response_with_a_cookie_is_never_stored() -> None:
    found = LEAVING.merged([(b"Cache-Control", b"public, max-age=600"), (b"Expires", b"tomorrow"), (b"x-own", b"1")])
    assert [b"no-store"] == [value for name, value in found if name.lower() == b"cache-control"]
    assert b"expires" not in {name.lower() for name, _ in found}
    assert (b"x-own", b"1") in found


@pytest.mark.parametrize(
    "name",
    [
        "CDN-Cache-Control",
        "Cloudflare-CDN-Cache-Control",
        "Vercel-CDN-Cache-Control",
        "Surrogate-Control",
        "X-Accel-Expires",
        "Pragma",
    ],
)
def test_shared_caches_store_no_cookie(name: str) -> None:
    """They obey headers of their own before Cache-Control."""
    assert name in dict(Outgoing(varies=True).merged_text([(name, "max-age=600")]))
    assert name not in dict(LEAVING.merged_text([(name, "max-age=600")]))


def test_vary_keeps_what_is_there() -> None:
    assert "Accept, cookie, Authorization" == LEAVING.vary("Accept, cookie")
    assert "*" == LEAVING.vary("*")
    assert [("vary", "Accept, Origin, Cookie, Authorization")] == Outgoing(varies=True).merged_text(
        [("Vary", "Accept"), ("vary", "Origin")]
    )


def test_nothing_to_say_changes_nothing() -> None:
    headers = [("cache-control", "public"), ("Vary", "Accept")]
    assert headers == Outgoing().merged_text(headers)


def test_writing_twice_is_writing_once() -> None:
    once = LEAVING.merged([(b"vary", b"Accept")])
    assert sorted(once) == sorted(LEAVING.merged(once))


def test_own_cookie_of_that_name() -> None:
    """The application's own cookie of that name counts."""
    found = LEAVING.merged_text([("set-cookie", "__Host-a=own; Path=/")])
    assert ["__Host-a=own; Path=/"] == [value for name, value in found if name == "set-cookie"]


def test_the_later_decision_counts() -> None:
    later = Outgoing((SetCookie("__Host-a", "c", 60, secure=True),))
    assert (("c",), True) == (tuple(cookie.value for cookie in (LEAVING | later).cookies), (LEAVING | later).varies)


# Requests and responses


def test_forms_are_decoded_and_bounded() -> None:
    form = Request(method="POST", headers=[], scheme="https", body=b"a=1&b=%C3%A9+x&a=2&c", query=b"q=%2F")
    assert ([("a", "1"), ("b", "é x"), ("a", "2"), ("c", "")], [("q", "/")]) == (form.form, form.parameters)
    for body in (b"\xff=1", b"a=%ff", b"&".join(b"a=1" for _ in range(300))):
        with pytest.raises(BadFormError):
            _ = Request(method="POST", headers=[], scheme="https", body=body).form


def test_raw_headers() -> None:
    """Raw headers are lower case and have a length."""
    raw = Response(200, (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")), b"abc").raw_headers
    assert [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"content-length", b"3")] == raw


# Hostile headers

HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"cookie", b"Cookie", b"authorization", b"origin", b"sec-fetch-site", b"accept", b"x-forwarded-host"]),
        st.binary(max_size=200)
        | st.sampled_from([b"Bearer", b"Bearer a.b.c", b"__Host-stytch_session_jwt=a.b.c", b"null", b"same-origin"]),
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def auth() -> Auth:
    return Auth(FakeStytch().blocking_client(), organization="{org}", login_page="/login")


@given(headers=HEADERS, method=st.sampled_from(["GET", "POST", "get", "TRACE", "X" * 50]), host=st.binary(max_size=60))
def test_no_request_is_an_error(auth: Auth, headers: list[tuple[bytes, bytes]], method: str, host: bytes) -> None:
    asked = RequestHead(method=method, headers=[(b"host", host), *headers], scheme="https", path_parameters={"org": "acme"})
    refused = auth.decide_blocking(asked, member())
    assert isinstance(refused, Refused)
    assert refused.status == 303 or 400 <= refused.status < 500
    assert all("\r" not in value and "\n" not in value for _, value in refused.response.headers)


def test_next_is_a_path_on_this_host(auth: Auth) -> None:
    for target in ("//evil.example", "/\\evil.example", "https://evil.example/", "", "x", "/" + "a" * 3000):
        asked = head(("Accept", "text/html"))
        asked.target = target
        refused = auth.decide_blocking(asked, member(organization=None))
        assert isinstance(refused, Refused)
        assert "/login" == dict(refused.response.headers)["location"]


def test_renewing_twice_in_a_request_is_one_call() -> None:
    """A router's rule and an endpoint's: the second decision finds the successor of the first."""
    with FakeStytch() as fake, fake.blocking_client() as client:
        auth, ada = Auth(client), fake.sign_in().age(minutes=6)
        first, second = (auth.decide_blocking(head_of(ada), rule) for rule in (member(), member(max_age=60)))
        assert isinstance(first, Granted)
        assert isinstance(second, Granted)
        assert (1, first.outgoing | second.outgoing) == (len(fake.calls), second.outgoing)
