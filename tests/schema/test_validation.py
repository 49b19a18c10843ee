import json
import math
import re
from collections import ChainMap, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Callable, Mapping
from enum import Enum, IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.sample_api import ChangeWidget, FormWidget, GetWidget, MakeWidget, Part, Salt

from stytch_b2b_async.api.passwords import StrengthCheck
from stytch_b2b_async.api.passwords.email import RequireReset
from stytch_b2b_async.authorization import Authorization
from stytch_b2b_async.config import Config
from stytch_b2b_async.wire import encode

CONFIG = Config.resolve("project-test-1", "secret-test-1", None, None)


def make(**fields: Any) -> MakeWidget:
    return MakeWidget(**{"name": "a widget", "owner_id": "me", **fields})


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
    ({"name": "\ud800"}, "name contains an unpaired surrogate"),
    ({"metadata": {"a": "\udfff"}}, "metadata.a contains an unpaired surrogate"),
    ({"metadata": {"\ud800": 1}}, "a key of metadata contains an unpaired surrogate"),
    ({"main": {"part_id": "", "size": 1}}, "main.part_id must not be empty"),
]


@pytest.mark.parametrize(("fields", "message"), BAD_VALUES, ids=[message for _, message in BAD_VALUES])
def test_wrong_value(fields: dict[str, Any], message: str) -> None:
    """A value that cannot be meant is refused by its path."""
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


def test_unknown_nested_field() -> None:
    """An unknown field of a nested mapping is named with those that exist."""
    with pytest.raises(TypeError, match=r"^main\.salt has no field 'valeu'; did you mean value\?$"):
        make(main={"part_id": "p", "size": 1, "salt": {"valeu": "x"}})


def test_unknown_field() -> None:
    """A field unlike any is named with those that exist."""
    with pytest.raises(TypeError, match=r"^main\.salt has no field 'pepper'; Salt takes rounds, value$"):
        make(main={"part_id": "p", "size": 1, "salt": {"pepper": "x"}})


def test_misspelt_authorization_field() -> None:
    """A misspelt field of the authorization is not a full right."""
    with pytest.raises(TypeError, match="authorization has no field 'token'"):
        RequireReset(email_address="ada@example.com", authorization={"token": "x"})


def test_mapping_to_model() -> None:
    """A mapping becomes the model that it stands for."""
    plain: Any = {"part_id": "p", "size": 1, "salt": MappingProxyType({"value": "x"})}
    assert Part(part_id="p", size=1, salt=Salt(value="x")) == make(main=plain).main
    assert [Part(part_id="p", size=1, salt=Salt(value="x"))] == make(parts=[plain]).parts


def test_copied_lists() -> None:
    """Lists are copied so that a request stays what it was."""
    labels = ["a"]
    made = make(labels=labels)
    labels.append("b")
    assert ["a"] == made.labels


def test_a_tuple_will_do_for_a_list() -> None:
    labels: Any = ("a", "b")
    assert ["a", "b"] == make(labels=labels).labels


class Colour(str, Enum):  # noqa: UP042  # whose str() is not its value
    RED = "red"


class Locale(StrEnum):
    FRENCH = "fr"


class Name(str, Enum):  # noqa: UP042  # likewise
    PART_ID = "part_id"


class Size(IntEnum):
    LARGE = 7


def test_enum_members() -> None:
    """The members of an enum are sent by their values.

    In the path, the query, a header and the body, and as the keys of a mapping: never as `Colour.RED`.
    """
    get = GetWidget(
        owner_id=Colour.RED, widget_id=Locale.FRENCH, limit=Size.LARGE, word=Colour.RED, authorization={"session_token": Colour.RED}
    )
    call = encode(get, CONFIG)
    assert call.url.endswith("/v1/b2b/widgets/red/fr/parts?limit=7&q=red")
    assert "red" == call.headers["X-Stytch-Member-Session"]
    plain: Any = {Colour.RED: Colour.RED, "list": [Locale.FRENCH, Size.LARGE]}
    part: Any = {Name.PART_ID: Locale.FRENCH, "size": Size.LARGE}
    made = make(
        name=Colour.RED, count=Size.LARGE, ratio=Size.LARGE, labels=[Colour.RED], metadata=plain, scopes=[Colour.RED], main=part
    )
    body = json.loads(encode(made, CONFIG).body or b"")
    assert ("red", 7, 7, ["red"], "red") == tuple(body[name] for name in ["name", "count", "ratio", "labels", "scope"])
    assert {"red": "red", "list": ["fr", 7]} == body["metadata"]
    assert {"part_id": "fr", "size": 7} == body["main"]
    form = encode(FormWidget(project_id=Colour.RED, token=Locale.FRENCH), CONFIG)
    assert b"token=fr" in (form.body or b"")


def test_enum_values_are_plain() -> None:
    """What was given as an enum is a plain value from then on."""
    made = make(name=Colour.RED, count=Size.LARGE)
    assert (str, int) == (type(made.name), type(made.count))
    assert made == make(name="red", count=7)


class Lines(str):  # noqa: SLOT000  # as libraries subclass it: for markup, for translations
    def __str__(self) -> str:
        return "not what it holds"


def test_str_subclasses() -> None:
    """A text of another class is sent as what it holds."""
    assert "text" == make(name=Lines("text")).name
    assert str is type(make(name=Lines("text")).name)


MAPPINGS: list[Callable[[dict[str, Any]], Mapping[str, Any]]] = [
    MappingProxyType,
    ChainMap,
    UserDict,
    OrderedDict,
    lambda plain: defaultdict(str, plain),
]


@pytest.mark.parametrize("kind", MAPPINGS)
def test_any_mapping_that_is_taken_is_written(kind: Callable[[dict[str, Any]], Mapping[str, Any]]) -> None:
    made = make(metadata=kind({"a": kind({"b": None})}), main=kind({"part_id": "p", "size": 1, "salt": kind({"value": "x"})}))
    body = json.loads(encode(made, CONFIG).body or b"")
    assert {"a": {"b": None}} == body["metadata"]
    assert {"part_id": "p", "size": 1, "salt": {"value": "x"}} | {"salt": {"value": "x", "rounds": 1}} == body["main"]


@pytest.mark.parametrize("kind", [tuple, deque, UserList])
def test_any_sequence_that_is_taken_is_written(kind: Callable[[list[Any]], Any]) -> None:
    made = make(labels=kind(["a"]), codes=kind(["b"]), metadata={"a": kind([kind([1])])}, parts=kind([{"part_id": "p", "size": 1}]))
    body = json.loads(encode(made, CONFIG).body or b"")
    assert (["a"], ["b"], {"a": [[1]]}, "p") == (body["labels"], body["codes"], body["metadata"], body["parts"][0]["part_id"])


def test_a_range_is_a_list_of_numbers() -> None:
    made = make(metadata={"a": range(3)})
    assert {"a": [0, 1, 2]} == json.loads(encode(made, CONFIG).body or b"")["metadata"]


def test_huge_integer_in_a_map() -> None:
    """A number beyond 64 bits is written in a map."""
    made = make(metadata={"a": 10**30, "b": -(10**30), "c": "é"})
    assert {"a": 10**30, "b": -(10**30), "c": "é"} == json.loads(encode(made, CONFIG).body or b"")["metadata"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"count": 2**63}, "count must fit in 64 bits"),
        ({"count": -(10**5000)}, "count must fit in 64 bits"),
        ({"ratio": 10**5000}, "ratio must be at most 1e+300"),
        ({"metadata": {"a": [10**5000]}}, "metadata.a[0] must fit in 1024 bits"),
    ],
)
def test_infinite_number(fields: dict[str, Any], message: str) -> None:
    """A number that nobody could read is refused by its path."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        make(**fields)


def test_copied_maps() -> None:
    """A map that is changed later leaves the request as it was."""
    metadata: dict[str, Any] = {"a": ["b"]}
    made = make(metadata=metadata)
    metadata["a"].append("c")
    assert {"a": ["b"]} == made.metadata


def test_endless_map() -> None:
    """A small map whose copies would never end is refused."""
    wide: list[Any] = ["leaf"]
    for _ in range(50):
        wide = [wide, wide]
    with pytest.raises(ValueError, match=r"^metadata holds more than 100000 values$"):
        make(metadata={"a": wide})


def test_a_list_that_holds_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ValueError, match="levels deep"):
        make(metadata={"a": loop})
    with pytest.raises(TypeError, match=r"^labels\[0\] must be a str, not a list$"):
        make(labels=loop)


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


@pytest.mark.parametrize("field", ["owner_id", "widget_id"])
@pytest.mark.parametrize("value", ["", ".", "..", "a\nb", "a\x00", "\x7f", "\ud800"])
def test_path_traversal(field: str, value: str) -> None:
    """A path value that would lead elsewhere is refused by its name."""
    fields: dict[str, Any] = {"owner_id": "me", "widget_id": "it", field: value}
    with pytest.raises(ValueError, match=rf"^{field} "):
        GetWidget(**fields)


@pytest.mark.parametrize("value", [None, 5, b"it", ["it"]])
def test_path_value_not_a_string(value: Any) -> None:
    """A path value that is not text is refused by its name."""
    with pytest.raises(TypeError, match=r"^widget_id "):
        ChangeWidget(widget_id=value)


@given(st.text())
@example(".")
@example("..")
@example("\ud800")
def test_any_path_value(value: str) -> None:
    """Any text is a path value or refused by its name."""
    if value in {"", ".", ".."} or any(letter < " " or letter == "\x7f" or "\ud800" <= letter <= "\udfff" for letter in value):
        with pytest.raises(ValueError, match=r"^widget_id "):
            GetWidget(owner_id="me", widget_id=value)
    else:
        assert value == GetWidget(owner_id="me", widget_id=value).widget_id


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON, max_size=3))
def test_free_form_map(metadata: dict[str, Any]) -> None:
    """Whatever JSON can say may stand in a free form map."""
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
    def test_bad_header(self, field: str, value: str) -> None:
        """What makes no header is refused by its path and not shown."""
        with pytest.raises(ValueError, match=rf"^authorization\.{field} ") as caught:
            Authorization(**{field: value})
        assert "anted" not in str(caught.value)

    @pytest.mark.parametrize("field", ["session_token", "session_jwt"])
    def test_what_is_no_text_is_refused_by_its_path(self, field: str) -> None:
        wrong: Any = {field: b"planted"}
        with pytest.raises(TypeError, match=rf"^authorization\.{field} must be a str, not a bytes$"):
            Authorization(**wrong)
