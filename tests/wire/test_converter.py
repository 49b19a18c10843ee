import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.drift import check_untouched, drifts, is_within
from support.replies import PASSWORDS, full, paths, plain
from support.sample_api import Part, Piece, Salt, SearchWidgets, WidgetsPage

from stytch_b2b_async.api.organizations.members import SearchResponse
from stytch_b2b_async.api.passwords import Authenticate, StrengthCheckResponse
from stytch_b2b_async.api.passwords.email import RequireReset, RequireResetResponse
from stytch_b2b_async.endpoint import Request, response_type
from stytch_b2b_async.models.session import AuthenticationFactor
from stytch_b2b_async.schema.converter import decoder, dumps, loads, loads_object, unstructure


def load(value: Any, cls: type[Any]) -> tuple[Any, dict[str, str]]:
    loaded = loads(json.dumps(value).encode(), cls)
    assert loaded is not None
    return loaded[0], dict(loaded[1])


@pytest.mark.parametrize("request_class", PASSWORDS, ids=lambda request: request.operation)
def test_full_response(request_class: type[Request[Any]]) -> None:
    """A full reply is read whole at the first try."""
    said = full(response_type(request_class))
    read = decoder(response_type(request_class))
    assert read is not None
    assert said == plain(read(json.dumps(said).encode()))


@pytest.mark.parametrize("request_class", PASSWORDS, ids=lambda request: request.operation)
def test_both_paths_read_a_full_reply_alike(request_class: type[Request[Any]]) -> None:
    """A drift far from a field never changes what the field becomes."""
    cls = response_type(request_class)
    said = full(cls)
    fast, none = load(said, cls)
    slow, one = load({**said, "request_id": 5}, cls)
    assert ({}, {"$.request_id"}) == (none, set(one))
    assert {**plain(fast), "request_id": None} == plain(slow)


def test_nested_member() -> None:
    """A member is read down to the enterprise extension."""
    response, _ = load(full(RequireResetResponse), RequireResetResponse)
    manager = response.member.scim_registration.scim_attributes.enterprise_extension.manager
    assert manager.display_name == "the reply.member.scim_registration.scim_attributes.enterprise_extension.manager.display_name"


def test_a_session_is_read_with_all_its_factors() -> None:
    response, _ = load(full(response_type(Authenticate)), response_type(Authenticate))
    details = [name for name in full(AuthenticationFactor) if name.endswith("_factor")]
    assert 40 < len(details)
    for factor in response.member_session.authentication_factors:
        assert not [name for name in details if getattr(factor, name) is None]


def test_nulls_beside_drift() -> None:
    """Optional fields may be null beside a drift. The lenient path knows which fields may be null, as the fast one does."""
    assert {"$.piece_id"} == set(load({"piece_id": 5, "size": 1, "weight": None, "labels": None}, Piece)[1])
    assert {"$.piece_id", "$.size"} == set(load({"piece_id": 5, "size": None, "weight": None}, Piece)[1])


def test_optional_fields_may_be_null_or_missing() -> None:
    assert (Piece(piece_id="p", size=1), {}) == load({"piece_id": "p", "size": 1, "weight": None, "labels": None}, Piece)


DRIFTS: list[tuple[Any, Any, dict[str, str]]] = [
    ({"size": 1}, [None, 1], {"$.piece_id": "required field missing"}),
    ({"piece_id": None, "size": 1}, [None, 1], {"$.piece_id": "Expected `str`, got `null`"}),
    ({"piece_id": "p", "size": "1"}, ["p", None], {"$.size": "Expected `int`, got `str`"}),
    ({"piece_id": "p", "size": True}, ["p", None], {"$.size": "Expected `int`, got `bool`"}),
    ({"piece_id": "p", "size": []}, ["p", None], {"$.size": "Expected `int`, got `array`"}),
]


@pytest.mark.parametrize(("said", "expected", "mismatches"), DRIFTS, ids=[json.dumps(said) for said, _, _ in DRIFTS])
def test_what_does_not_fit_is_none_and_noted(said: Any, expected: list[Any], mismatches: dict[str, str]) -> None:
    part, noted = load(said, Piece)
    assert expected == [part.piece_id, part.size]
    assert mismatches == noted


def test_nested_drift() -> None:
    """A misfit deep inside costs no more than itself."""
    part, noted = load({"piece_id": "p", "size": 1, "salt": {"value": 5, "rounds": 2}, "labels": ["a", 5, None, "b"]}, Piece)
    assert [None, 2] == [part.salt.value, part.salt.rounds]
    assert ["a", "b"] == part.labels
    assert {"$.salt.value", "$.labels[*]"} == set(noted)


@pytest.mark.parametrize("wrong", ["text", 5, [], True])
def test_what_is_no_object_is_no_model(wrong: Any) -> None:
    part, noted = load({"piece_id": "p", "size": 1, "salt": wrong}, Piece)
    assert (None, ["$.salt"]) == (part.salt, list(noted))


@pytest.mark.parametrize("wrong", ["text", 5, {}, True])
def test_what_is_no_array_is_no_list(wrong: Any) -> None:
    page, noted = load({**full(WidgetsPage), "pieces": wrong}, WidgetsPage)
    assert (None, ["$.pieces"]) == (page.pieces, list(noted))
    assert [] == page.items


@pytest.mark.parametrize(("word", "kind"), [("text", "a string"), (5, "a number"), (True, "a boolean"), ([], "an array")])
def test_drift_message(word: Any, kind: str) -> None:
    """A misfit tells what came instead and not its value."""
    _, noted = load({"piece_id": "p", "size": 1, "salt": word}, Piece)
    assert {"$.salt": f"expected an object, got {kind}"} == noted


def test_memory_of_a_drifted_response() -> None:
    """A reply that drifts everywhere does not fill the memory. The positions in a list are not told apart."""
    loaded = loads(dumps({"piece_id": "p", "size": 1, "labels": [5, None, True, "a"] * 2_500}), Piece)
    assert loaded is not None
    kinds = [(path, reason.rpartition(" ")[2]) for path, reason in loaded[1]]
    assert [("$.labels[*]", "`int`"), ("$.labels[*]", "`null`"), ("$.labels[*]", "`bool`")] == kinds


HALVES = ["\\ud800", "\\udc00", "\\udc00\\ud800", "a\\ud83d"]


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("name", ["size", "made_at", "weight", "labels", "salt", "notes"])
def test_lone_surrogate(name: str, half: str) -> None:
    """Half of a surrogate pair is a misfit like any other.

    Whatever was expected there; what fits is kept: it may be the only copy of a token.
    """
    loaded = loads(f'{{"piece_id":"kept","{name}":"{half}"}}'.encode(), Piece)
    assert loaded is not None
    assert "kept" == loaded[0].piece_id
    assert f"$.{name}" in dict(loaded[1])


@pytest.mark.parametrize("end", [b"", b",", b',"salt":}', b"]", b"}}", b"\xff"])
@pytest.mark.parametrize("start", [b"", b'{"a":{"b":[', b'{"token":"PLANTED",'])
def test_huge_number(start: bytes, end: bytes) -> None:
    """A broken body with a huge number is no JSON object.

    Both ways of reading numbers fail on it, and neither tells of the body that it failed on.
    """
    body = start + b'"size":' + b"1" * 5_000 + end
    assert loads(body, Piece) is None
    assert loads_object(body) is None


@pytest.mark.parametrize("size", [10, 1_000_000])
def test_map_keys_in_drift(size: int) -> None:
    """A misfit does not repeat the keys of a map.

    They are values, too: the path of each of many misfits would hold them, however long.
    """
    organizations: dict[str, Any] = {letter * size: {} for letter in "ab"}
    _, noted = load({"members": [], "organizations": organizations, "results_metadata": {"total": 1}}, SearchResponse)
    assert "$.organizations[*].organization_id" in noted
    assert max(map(len, noted)) < 100


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b"{", b"\xff", b"<html>", b"[" * 100_000, b'{"a":' * 100_000])
def test_what_is_no_json_object_is_nothing(body: bytes) -> None:
    assert loads(body, StrengthCheckResponse) is None
    assert loads_object(body) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05.678901Z", datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)),
        ("2026-01-02T03:04:05+02:00", datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))),
    ],
)
@pytest.mark.parametrize("drift", [{}, {"salt": 5}])
def test_a_moment_is_read_alike_on_both_paths(text: str, moment: datetime, drift: dict[str, Any]) -> None:
    assert moment == load({"piece_id": "p", "size": 1, "made_at": text, **drift}, Piece)[0].made_at


@pytest.mark.parametrize("wrong", ["", "yesterday", 1767323045, True])
def test_what_is_no_moment_is_none(wrong: Any) -> None:
    piece, noted = load({"piece_id": "p", "size": 1, "made_at": wrong}, Piece)
    assert (None, ["$.made_at"]) == (piece.made_at, list(noted))


def test_words_that_the_api_adds_are_read() -> None:
    said = full(RequireResetResponse)
    said["member"]["status"] = "brand new"
    response, noted = load(said, RequireResetResponse)
    assert ("brand new", {}) == (response.member.status, noted)


def test_a_big_number_is_no_crash() -> None:
    loaded = loads(b'{"piece_id": "p", "size": ' + b"9" * 30 + b"}", Piece)
    assert loaded is not None
    assert int("9" * 30) == loaded[0].size or loaded[1]


def test_unstructured_request() -> None:
    """A request is unstructured without its nones."""
    assert {"part_id": "p", "size": 1, "salt": {"value": "s", "rounds": 1}} == unstructure(
        Part(part_id="p", size=1, salt=Salt(value="s"))
    )
    assert {"limit": 5} == unstructure(SearchWidgets(limit=5))


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(st.characters(codec="utf-8")), st.lists))
def test_plain_values_survive_being_encoded(value: Any) -> None:
    assert value == json.loads(dumps(value))


@given(st.sampled_from(PASSWORDS), st.data())
def test_drifted_response(request_class: type[Request[Any]], data: st.DataObject) -> None:
    """A drifted reply is read and all that did not drift is as it was."""
    cls = response_type(request_class)
    said, after, touched, grown = data.draw(drifts(cls))
    response, mismatches = load(after, cls)
    assert isinstance(response, cls)
    check_untouched(said, plain(response), touched)
    for noted in mismatches:
        assert any(is_within(noted, path) for path in touched | grown), noted


@given(st.sampled_from(PASSWORDS), st.data())
def test_any_json_object(request_class: type[Request[Any]], data: st.DataObject) -> None:
    """No JSON object at all can break the reading."""
    names = [field for path in paths(full(response_type(request_class))) for field in path if isinstance(field, str)]
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=5),
        max_leaves=20,
    )
    said = data.draw(st.dictionaries(st.sampled_from(names), anything))
    assert isinstance(load(said, response_type(request_class))[0], response_type(request_class))


def test_a_reader_is_built_once_per_class() -> None:
    assert decoder(RequireResetResponse) is decoder(response_type(RequireReset))
