"""From the inputs of a form to a request."""

from typing import Any

import pytest
from support.arguments import arguments
from support.filled_forms import NASTY, nasty_arguments, pairs_of

from stytch_b2b_async import Request
from stytch_b2b_async.catalog import endpoint, endpoints
from stytch_b2b_async.explorer.form import Drawing, Entries, Filled, deep_link, fill, form_of, without_secrets

from .conftest import TEST

OPERATIONS = list(endpoints())


def filled(operation: str, *pairs: tuple[str, str], **fields: str) -> Filled:
    return fill(endpoint(operation), Entries.of([*pairs, *fields.items()]), TEST)


def request_of(operation: str, **arguments: Any) -> Request[Any]:
    return endpoint(operation).request(**arguments)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_argument_can_be_entered(operation: str) -> None:
    """The request of a filled form is the one that the arguments make."""
    declared = endpoint(operation)
    entered = {parameter.name for parameter in declared.parameters}
    for made_up in (arguments(declared.request), arguments(declared.request, optional=False), nasty_arguments(declared)):
        given = {name: value for name, value in made_up.items() if name in entered}  # others are for local checks
        made = fill(declared, Entries.of(pairs_of(declared, given)), TEST)
        assert ({}, ()) == (made.errors, made.missing)
        assert declared.request(**given) == made.request == made.draft


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_parameter_has_an_input(operation: str) -> None:
    """What was entered stands in the form that is shown again."""
    declared = endpoint(operation)
    entries = Entries.of(pairs_of(declared, nasty_arguments(declared)))
    drawn = form_of(declared, entries, Drawing())
    for place, _ in entries.pairs:
        assert f'name="{place}"' in drawn
    assert NASTY not in drawn  # it is escaped


def test_nothing_entered_is_not_sent() -> None:
    """Empty inputs, as of a form that was only opened, are arguments that are not given."""
    made = filled("organizations.create", organization_name="Acme", organization_slug="", **{"email_allowed_domains.0": ""})
    assert request_of("organizations.create", organization_name="Acme") == made.request


def test_empty_values_are_sent_if_asked_for() -> None:
    """An empty list clears what the API holds; a checkbox says so."""
    empties = [("_empty", "email_allowed_domains"), ("_empty", "organization_logo_url"), ("_empty", "trusted_metadata")]
    made = filled("organizations.update", *empties, organization_id="acme")
    expected = request_of(
        "organizations.update", organization_id="acme", email_allowed_domains=[], organization_logo_url="", trusted_metadata={}
    )
    assert expected == made.request


def test_missing_arguments() -> None:
    """Missing arguments are named and have placeholders."""
    made = filled("passwords.authenticate", organization_id="acme")
    assert (("email_address", "password"), {}, None) == (made.missing, made.errors, made.request)
    expected = request_of("passwords.authenticate", organization_id="acme", email_address="EMAIL_ADDRESS", password="PASSWORD")
    assert expected == made.draft


@pytest.mark.parametrize(
    ("operation", "fields", "place", "message"),
    [
        ("organizations.get", {"organization_id": ".."}, "organization_id", "must not be '..'"),
        ("organizations.get", {"organization_id": "a\nb"}, "organization_id", "must not contain control characters"),
        (
            "passwords.authenticate",
            {"session_duration_minutes": "an hour"},
            "session_duration_minutes",
            "must be an int, not a str",
        ),
        ("organizations.create", {"organization_name": "\ud800"}, "organization_name", "unpaired surrogate"),
        (
            "organizations.update",
            {"rbac_email_implicit_role_assignments.4.domain": "example.com"},
            "rbac_email_implicit_role_assignments.4.role_id",
            "role_id is missing",
        ),
        ("organizations.create", {"trusted_metadata.2.value": "x"}, "trusted_metadata.2.key", "a key is missing"),
        (
            "organizations.create",
            {"trusted_metadata.2.key": "x", "trusted_metadata.2.value": "{"},
            "trusted_metadata.2.value",
            "JSON",
        ),
        (
            "organizations.create",
            {"trusted_metadata.2.key": "x", "trusted_metadata.2.value": "1e999"},
            "trusted_metadata.2.value",
            "must be a finite number",
        ),
        ("organizations.delete", {"authorization.session_token": "ü"}, "authorization.session_token", "must be ASCII"),
    ],
)
def test_errors_are_the_sdks_own_at_their_field(operation: str, fields: dict[str, str], place: str, message: str) -> None:
    """Whatever is wrong is said at its input, and the rest still makes code."""
    required = dict.fromkeys(("organization_id", "organization_name", "email_address", "password"), "x")
    needed = {each.name for each in endpoint(operation).parameters if each.required}
    made = filled(operation, **{**{name: text for name, text in required.items() if name in needed}, **fields})
    assert made.request is None
    assert message in made.errors[place]
    assert made.draft is not None


def test_several_errors_are_shown_at_once() -> None:
    made = filled("passwords.authenticate", organization_id="a", email_address="b", session_duration_minutes="x", password="\ud800")
    assert {"session_duration_minutes", "password"} == set(made.errors)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("text", "text"),
        ("5", 5),
        ("null", None),
        ("true", True),
        ('"5"', "5"),
        ("[1]", [1]),
        ("NaN", "NaN"),
        ("007", "007"),
        ("", ""),
    ],
)
def test_values_of_metadata_are_json_or_text(text: str, value: Any) -> None:
    made = filled(
        "organizations.create", **{"organization_name": "a", "trusted_metadata.0.key": "k", "trusted_metadata.0.value": text}
    )
    assert made.request is not None
    assert {"k": value} == made.request.to_dict()["trusted_metadata"]


def test_a_key_that_stands_twice_is_an_error() -> None:
    twice = {f"trusted_metadata.{row}.{part}": "x" for row in (0, 1) for part in ("key", "value")}
    assert {"trusted_metadata.1.key": "the key 'x' appears twice"} == filled(
        "organizations.create", organization_name="a", **twice
    ).errors


@pytest.mark.parametrize("name", ["a.b.c", "....", "trusted_metadata", "trusted_metadata.x.key", "." * 5000])
def test_names_that_no_input_has_are_ignored(name: str) -> None:
    made = filled("organizations.create", (name, "x"), organization_name="a")
    assert request_of("organizations.create", organization_name="a") == made.request


def test_line_ends_are_not_those_of_browsers() -> None:
    made = filled("organizations.create", organization_name="a\r\nb")
    assert "a\nb" == getattr(made.request, "organization_name", None)


def test_addresses_hold_no_secrets() -> None:
    """A link to a filled form leaves out passwords and tokens, and fills in the rest."""
    declared = endpoint("passwords.authenticate")
    entries = Entries.of(pairs_of(declared, nasty_arguments(declared)))
    link = deep_link(declared, entries)
    assert link.startswith("/passwords.authenticate?organization_id=")
    kept = {place for place, _ in without_secrets(declared, entries).pairs}
    assert not kept & {"password", "session_token", "session_jwt", "intermediate_session_token"}
    assert {"organization_id", "email_address", "session_custom_claims.0.key"} <= kept


def test_the_session_of_a_member_is_a_secret() -> None:
    declared = endpoint("organizations.delete")
    entries = Entries.of([("organization_id", "acme"), ("authorization.session_token", "t"), ("unknown", "u")])
    assert "/organizations.delete?organization_id=acme" == deep_link(declared, entries)
