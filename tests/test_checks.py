import math
import re
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from things import ChangeThing, GetThing, MakeThing, Part, Salt

from stytch_b2b_async.api.passwords import StrengthCheck
from stytch_b2b_async.api.passwords.email import RequireReset
from stytch_b2b_async.authorization import Authorization


def make(**fields: Any) -> MakeThing:
    return MakeThing(**{"name": "a thing", "owner_id": "me", **fields})


WRONG_TYPES: list[tuple[dict[str, Any], str]] = [
    ({"name": 5}, "name must be a str, not an int"),
    ({"name": b"bytes"}, "name must be a str, not a bytes"),
    ({"name": None}, "name is required and must not be None"),
    ({"password": 5}, "password must be a str, not an int"),
    ({"count": "5"}, "count must be an int, not a str"),
    ({"count": True}, "count must be an int, not a bool"),
    ({"count": 5.0}, "count must be an int, not a float"),
    ({"ratio": "5"}, "ratio must be a float, not a str"),
    ({"ratio": True}, "ratio must be a float, not a bool"),
    ({"loud": 1}, "loud must be a bool, not an int"),
    ({"labels": "abc"}, "labels must be a list, not a str"),
    ({"labels": {"a", "b"}}, "labels must be a list, not a set"),
    ({"labels": ["a", 5]}, "labels[1] must be a str, not an int"),
    ({"codes": ["a", None]}, "codes[1] must be a str, not a NoneType"),
    ({"metadata": ["a"]}, "metadata must be a mapping, not a list"),
    ({"metadata": {"a": {1, 2}}}, "metadata.a must be JSON (str, int, float, bool, None, list or mapping), not a set"),
    ({"metadata": {"a": [{"b": object()}]}}, "metadata.a[0].b must be JSON "),
    ({"metadata": {5: "a"}}, "a key of metadata must be a str, not an int"),
    ({"main": "part"}, "main must be a Part or a mapping, not a str"),
    ({"main": {"part_id": "p"}}, "main.size is missing"),
    ({"main": {"part_id": "p", "size": "big"}}, "main.size must be an int, not a str"),
    ({"main": {"part_id": "p", "size": 1, "labels": [1]}}, "main.labels[0] must be a str, not an int"),
    ({"parts": [{"part_id": "p", "size": 1}, {"part_id": "p", "size": 1, "salt": {"value": 3}}]}, "parts[1].salt.value must be a"),
    ({"authorization": "token"}, "authorization must be an Authorization or a mapping, not a str"),
]


@pytest.mark.parametrize(("fields", "message"), WRONG_TYPES, ids=[message for _, message in WRONG_TYPES])
def test_a_wrong_type_is_refused_by_its_path(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(message)}"):
        make(**fields)


BAD_VALUES: list[tuple[dict[str, Any], str]] = [
    ({"owner_id": ""}, "owner_id must not be empty"),
    ({"ratio": math.nan}, "ratio must be a finite number"),
    ({"ratio": math.inf}, "ratio must be a finite number"),
    ({"metadata": {"a": [0, math.nan]}}, "metadata.a[1] must be a finite number"),
    ({"name": "\ud800"}, "name holds half of a surrogate pair"),
    ({"metadata": {"a": "\udfff"}}, "metadata.a holds half of a surrogate pair"),
    ({"metadata": {"\ud800": 1}}, "a key of metadata holds half of a surrogate pair"),
    ({"main": {"part_id": "", "size": 1}}, "main.part_id must not be empty"),
]


@pytest.mark.parametrize(("fields", "message"), BAD_VALUES, ids=[message for _, message in BAD_VALUES])
def test_a_value_that_cannot_be_meant_is_refused_by_its_path(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        make(**fields)


@pytest.mark.parametrize("shown", [5, ["planted"], "\ud800planted"], ids=["a number", "a list", "half of a pair"])
def test_a_refusal_never_shows_the_value(shown: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        StrengthCheck(password=shown)
    assert "password" in str(caught.value)
    assert "planted" not in repr(caught.value)
    assert "5" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_an_unknown_field_of_a_nested_mapping_is_named_with_those_that_exist() -> None:
    with pytest.raises(TypeError, match=r"^main\.salt has no field 'valeu'; Salt takes rounds, value$"):
        make(main={"part_id": "p", "size": 1, "salt": {"valeu": "x"}})


def test_a_misspelt_field_of_the_authorization_is_no_full_right() -> None:
    with pytest.raises(TypeError, match="authorization has no field 'token'"):
        RequireReset(email_address="ada@example.com", authorization={"token": "x"})


def test_a_mapping_becomes_the_model_that_it_stands_for() -> None:
    plain: Any = {"part_id": "p", "size": 1, "salt": MappingProxyType({"value": "x"})}
    assert Part(part_id="p", size=1, salt=Salt(value="x")) == make(main=plain).main
    assert [Part(part_id="p", size=1, salt=Salt(value="x"))] == make(parts=[plain]).parts


def test_lists_are_copied_so_that_a_request_stays_what_it_was() -> None:
    labels = ["a"]
    made = make(labels=labels)
    labels.append("b")
    assert ["a"] == made.labels


def test_a_tuple_will_do_for_a_list() -> None:
    labels: Any = ("a", "b")
    assert ["a", "b"] == make(labels=labels).labels


def test_an_int_will_do_for_a_float() -> None:
    assert 2 == make(ratio=2).ratio


def test_an_unknown_word_is_taken() -> None:
    assert "no colour yet" == Part(part_id="p", size=1, colour="no colour yet").colour


def test_what_is_empty_is_taken_where_it_clears() -> None:
    made = make(labels=[], metadata={}, name="")
    assert ([], {}, "") == (made.labels, made.metadata, made.name)


def test_a_free_form_map_has_a_bottom() -> None:
    deep: Any = "bottom"
    for _ in range(1_000):
        deep = {"a": deep}
    with pytest.raises(ValueError, match=r"^metadata[.a]* is nested more than 64 levels deep$"):
        make(metadata=deep)


def test_a_map_that_holds_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["a"] = loop
    with pytest.raises(ValueError, match="levels deep"):
        make(metadata=loop)


@pytest.mark.parametrize("field", ["owner_id", "thing_id"])
@pytest.mark.parametrize("value", ["", ".", "..", "a\nb", "a\x00", "\x7f", "\ud800"])
def test_a_path_value_that_would_lead_elsewhere_is_refused_by_its_name(field: str, value: str) -> None:
    fields: dict[str, Any] = {"owner_id": "me", "thing_id": "it", field: value}
    with pytest.raises(ValueError, match=rf"^{field} "):
        GetThing(**fields)


@pytest.mark.parametrize("value", [None, 5, b"it", ["it"]])
def test_a_path_value_that_is_no_text_is_refused_by_its_name(value: Any) -> None:
    with pytest.raises(TypeError, match=r"^thing_id "):
        ChangeThing(thing_id=value)


@given(st.text())
@example(".")
@example("..")
@example("\ud800")
def test_any_text_is_a_path_value_or_refused_by_its_name(value: str) -> None:
    if value in {"", ".", ".."} or any(letter < " " or letter == "\x7f" or "\ud800" <= letter <= "\udfff" for letter in value):
        with pytest.raises(ValueError, match=r"^thing_id "):
            GetThing(owner_id="me", thing_id=value)
    else:
        assert value == GetThing(owner_id="me", thing_id=value).thing_id


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON, max_size=3))
def test_whatever_json_can_say_may_stand_in_a_free_form_map(metadata: dict[str, Any]) -> None:
    assert metadata == make(metadata=metadata).metadata


class TestAuthorization:
    def test_it_is_by_token_or_by_jwt(self) -> None:
        assert "t" == Authorization(session_token="t").session_token
        assert "j" == Authorization(session_jwt="j").session_jwt

    def test_without_either_it_would_be_full_rights(self) -> None:
        with pytest.raises(ValueError, match="full rights"):
            Authorization()

    @pytest.mark.parametrize("field", ["session_token", "session_jwt"])
    @pytest.mark.parametrize("value", ["", " ", "\t", "planted\r\nX-Admin: yes", "planted\x00", "plänted"])
    def test_what_makes_no_header_is_refused_by_its_path_and_not_shown(self, field: str, value: str) -> None:
        with pytest.raises(ValueError, match=rf"^authorization\.{field} ") as caught:
            Authorization(**{field: value})
        assert "anted" not in str(caught.value)

    @pytest.mark.parametrize("field", ["session_token", "session_jwt"])
    def test_what_is_no_text_is_refused_by_its_path(self, field: str) -> None:
        wrong: Any = {field: b"planted"}
        with pytest.raises(TypeError, match=rf"^authorization\.{field} must be a str, not a bytes$"):
            Authorization(**wrong)
