"""Rules are values, and refuse what they cannot mean."""

import pickle
from datetime import timedelta
from typing import Any

import pytest

from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.web import Auth, Rule, RuleError, connected_app, machine, member, public

EQUAL: list[tuple[Rule[Any], Rule[Any]]] = [
    (member(), member()),
    (member(role="admin"), member(role=["admin"])),
    (member(max_age=60), member(max_age=timedelta(minutes=1))),
    (machine("a:b", "c:d"), machine("a:b", "c:d")),
    (connected_app("a"), connected_app("a")),
    (public(), public()),
    (member() | machine("a:b"), member() | machine("a:b")),
    (member() | member(), member()),
    ((member() | machine()) | public(), member() | (machine() | public())),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_rules_are_one(one: Rule[Any], other: Rule[Any]) -> None:
    assert (one, hash(one)) == (other, hash(other))
    assert one == pickle.loads(pickle.dumps(other))  # noqa: S301  # its own


def test_different_rules_differ() -> None:
    rules = [member(), member(role="a"), member(optional=True), member(organization=None), machine(), connected_app(), public()]
    assert len(rules) == len(set(rules))


def test_a_rule_cannot_be_changed() -> None:
    rule: Any = member()
    with pytest.raises(AttributeError):
        rule.alternatives = ()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: member(role=[]), "role"),
        (lambda: member(max_age=-1), "max_age"),
        (lambda: member(factor_within=float("nan")), "factor_within"),
        (lambda: machine("read:x write:x"), "scope"),
        (lambda: connected_app(""), "scope"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(make: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        make()


def test_missing_organization_parameter() -> None:
    """A route without the organization's parameter is found at the start."""
    with FakeStytch() as fake:
        auth = Auth(fake.client(), organization="{org}")
    auth.check_route(member(), ["org", "number"], "GET /{org}/invoices/{number}")
    auth.check_route(member(organization=None), [], "GET /me")
    auth.check_route(machine() | public(), [], "GET /readings")
    auth.check_route(member(organization="{tenant}"), ["tenant"], "GET /{tenant}")
    auth.check_route(member(organization="{tenant}.example.com"), [], "GET /")
    for rule in (member(), member(optional=True), connected_app(), machine() | member()):
        with pytest.raises(RuleError, match=r"GET /invoices has no parameter \{org\}"):
            auth.check_route(rule, ["organization"], "GET /invoices")


BAD: list[tuple[dict[str, Any], str]] = [
    ({"organization": "org"}, "organization"),
    ({"organization": "/{org}/x"}, "organization"),
    ({"organization": "{org}.example.com:8000"}, "organization"),
    ({"organization": "{org}.*.com"}, "organization"),
    ({"organization": "{org}.EXAMPLE.com"}, "organization"),
    ({"organization": "{org}.com"}, "organization"),
    ({"organization": "x-{org}.example.com"}, "organization"),
    ({"trusted_origins": "https://app.example.com"}, "trusted_origins"),
    ({"trusted_origins": ["https://*.example.com"]}, "origin"),
    ({"trusted_origins": ["app.example.com"]}, "origin"),
    ({"trusted_origins": ["https://app.example.com/"]}, "origin"),
    ({"trusted_origins": ["null"]}, "origin"),
    ({"max_age": -1}, "max_age"),
    ({"extend": 4}, "extend"),
    ({"extend": True}, "extend"),
    ({"extend": 2.5}, "extend"),
    ({"login_page": "https://evil.example/login"}, "login_page"),
    ({"login_page": "//evil.example/login"}, "login_page"),
    ({"login_page": "/login?x=\r\n"}, "login_page"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=str)
def test_unknown_argument(arguments: dict[str, Any], message: str) -> None:
    """An argument that means nothing is refused."""
    with FakeStytch() as fake, pytest.raises((ValueError, TypeError), match=message):
        Auth(fake.client(), **arguments)
