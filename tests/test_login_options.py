"""The options of logins, which are typed by hand: type checkers cannot derive them."""

from typing import Any, get_type_hints

import pytest

from stytch_b2b_async import Request
from stytch_b2b_async.api import magic_links, oauth, passwords, recovery_codes, sso, totps
from stytch_b2b_async.api.discovery import intermediate_sessions, organizations
from stytch_b2b_async.api.otps import email, sms
from stytch_b2b_async.logins import (
    LoginOptions,
    OrganizationOptions,
    SecondFactorOptions,
    SessionOptions,
)
from stytch_b2b_async.schema import fields_of


@pytest.mark.parametrize(
    ("options", "requests"),
    [
        (SessionOptions, [recovery_codes.Recover, organizations.Create]),
        (SecondFactorOptions, [sms.Authenticate, totps.Authenticate]),
        (
            LoginOptions,
            [
                passwords.Authenticate,
                email.Authenticate,
                magic_links.Authenticate,
                oauth.Authenticate,
                sso.Authenticate,
                intermediate_sessions.Exchange,
            ],
        ),
    ],
)
def test_option_types(options: Any, requests: list[type[Request[Any]]]) -> None:
    """Every option has the type that its requests declare."""
    declared = get_type_hints(options, include_extras=True)
    for request in requests:
        taken = {field.name: field.type for field in fields_of(request)}
        assert set(declared) <= set(taken)
        assert all(declared[name] == taken[name] for name in SessionOptions.__annotations__)


def test_new_organization_options() -> None:
    """A new organization can be set up in every way that its request knows."""
    settable = {name for options in (SessionOptions, OrganizationOptions) for name in options.__annotations__}
    taken = {field.name: field.type for field in fields_of(organizations.Create)}
    assert set(taken) - {"intermediate_session_token", "organization_name"} == settable
    declared = get_type_hints(OrganizationOptions, include_extras=True)
    assert {name: taken[name] for name in settable} == declared
