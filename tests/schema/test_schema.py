from typing import Any, cast

import attrs
import pytest
from support.sample_api import ChangeWidget, GetWidget, MakeWidget, Part, Salt, WidgetResponse

from stytch_b2b_async.authorization import Authorization
from stytch_b2b_async.schema import Location, fields_of, model_in, redacted, secrets_of, strip_all_annotated


def test_a_value_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Part(part_id="one", size=1).size = 2  # type: ignore[misc]  # the type says so too


def test_undeclared_attribute() -> None:
    """A value takes no attribute that it does not declare."""
    with pytest.raises(AttributeError):
        Part(part_id="one", size=1).sise = 2  # type: ignore[attr-defined]


def test_fields_are_passed_by_name() -> None:
    with pytest.raises(TypeError, match="Part takes keyword arguments only"):
        Part("one", 1)  # type: ignore[call-arg]


def test_equality() -> None:
    """Values are equal when all their fields are."""
    assert Part(part_id="one", size=1) == Part(part_id="one", size=1)
    assert Part(part_id="one", size=1) != Part(part_id="one", size=2)


def test_values_of_two_classes_are_never_equal() -> None:
    assert ChangeWidget(widget_id="one") != GetWidget(owner_id="one", widget_id="one")
    assert Salt(value="one") != "one"


def test_equal_values_are_one_key() -> None:
    assert len({Part(part_id="one", size=1), Part(part_id="one", size=1)}) == 1
    assert len({Part(part_id="one", size=1), Part(part_id="one", size=2)}) == 2


def test_a_repr_shows_what_is_set() -> None:
    assert repr(Part(part_id="one", size=1, shiny=False)) == "Part(part_id='one', size=1, shiny=False)"


def test_a_repr_hides_secrets_however_deep() -> None:
    made = MakeWidget(
        name="one",
        owner_id="two",
        password="hunter2",
        codes=["code-one", "code-two"],
        parts=[Part(part_id="three", size=1, salt=Salt(value="pepper"))],
    )
    shown = repr(made)
    assert "password='***', codes='***'" in shown
    assert "Salt(value='***', rounds=1)" in shown
    assert not any(secret in shown for secret in ["hunter2", "code-one", "code-two", "pepper"])


def test_repr_of_an_empty_secret() -> None:
    """A repr tells an empty secret from a hidden one."""
    reply = WidgetResponse(request_id="r", status_code=200, widget_id="t", token="")
    assert repr(reply) == "WidgetResponse(request_id='r', status_code=200, widget_id='t', token='')"


def test_rich_repr() -> None:
    """Consoles that print richly see no more than the repr."""
    assert [("value", "***"), ("rounds", 3)] == list(Salt(value="pepper", rounds=3).__rich_repr__())


def test_all_secrets_of_a_request_are_found() -> None:
    made = MakeWidget(
        name="not this",
        owner_id="nor this",
        password="hunter2",
        codes=["code-one", "code-two"],
        parts=[{"part_id": "p", "size": 1, "salt": {"value": "pepper"}}],
        authorization=Authorization(session_token="token", session_jwt="jwt"),
    )
    assert {"hunter2", "code-one", "code-two", "pepper", "token", "jwt"} == set(secrets_of(made))


def test_masked_copy() -> None:
    """A masked copy differs in nothing but its secrets."""
    made = MakeWidget(name="one", owner_id="two", password="hunter2", parts=[Part(part_id="p", size=1, salt=Salt(value="pepper"))])
    copy = redacted(made)
    assert "***" == copy.password
    assert [] == [secret for secret in secrets_of(copy) if secret != "***"]
    assert ("one", "two", None) == (copy.name, copy.owner_id, copy.codes)
    assert "hunter2" == made.password


def test_a_field_says_where_it_travels() -> None:
    places = {field.name: field.location for field in fields_of(GetWidget)}
    assert places == {
        "owner_id": Location.PATH,
        "widget_id": Location.PATH,
        "loud": Location.QUERY,
        "limit": Location.QUERY,
        "word": Location.QUERY,
        "authorization": Location.HEADERS,
    }


def test_default_location() -> None:
    """A field that says nothing travels in the body under its own name."""
    (name,) = (field for field in fields_of(MakeWidget) if field.name == "name")
    assert (Location.BODY, "name", True, False, None) == (
        name.location,
        name.wire_name,
        name.required,
        name.sensitive,
        name.delimiter,
    )


def test_notes_in_optionals() -> None:
    """Notes are seen through an optional and not into a container."""
    fields = {field.name: field for field in fields_of(MakeWidget)}
    assert fields["password"].sensitive
    assert fields["codes"].sensitive
    assert not fields["parts"].sensitive
    assert ("scope", " ") == (fields["scopes"].wire_name, fields["scopes"].delimiter)


def test_fields_are_worked_out_once_per_class() -> None:
    assert fields_of(GetWidget) is fields_of(GetWidget)


def test_people_read_types_without_their_notes() -> None:
    fields = {field.name: field for field in fields_of(MakeWidget)}
    assert str | None == strip_all_annotated(fields["password"].type)
    assert str is strip_all_annotated(fields["name"].type)


def test_a_known_word_is_a_string_on_the_wire() -> None:
    (colour,) = (field for field in fields_of(Part) if field.name == "colour")
    assert str | None == strip_all_annotated(colour.type)


@pytest.mark.parametrize(("name", "expected"), [("parts", True), ("main", True), ("labels", False), ("metadata", False)])
def test_model_types(name: str, *, expected: bool) -> None:
    """Types made of models are told from others."""
    (field,) = (field for field in fields_of(MakeWidget) if field.name == name)
    assert expected == (model_in(field.shape) is not None)


def test_a_value_can_be_copied_with_a_change() -> None:
    part = Part(part_id="p", size=1)
    assert Part(part_id="p", size=2) == attrs.evolve(cast("Any", part), size=2)
