"""Requests become HTTP calls."""

import json
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.http_servers import PROJECT_ID, SECRET
from support.sample_api import ChangeWidget, DropWidget, FormWidget, GetWidget, MakeWidget, Part, RiskOfWidget, Salt
from support.wire_configs import CONFIG, HERE
from yarl import URL

from stytch_b2b_async import (
    Authorization,
)
from stytch_b2b_async.api.passwords import Migrate, StrengthCheck
from stytch_b2b_async.api.passwords.email import RequireReset
from stytch_b2b_async.config import Config
from stytch_b2b_async.wire import encode


def body_of(request: Any) -> Any:
    body = encode(request, CONFIG).body
    assert body is not None
    return json.loads(body)


class TestEncode:
    def test_a_request_becomes_a_call(self) -> None:
        call = encode(RequireReset(email_address="ada@example.com"), CONFIG)
        assert ("POST", f"{HERE}/v1/b2b/passwords/email/require_reset") == (call.method, call.url)
        assert b'{"email_address":"ada@example.com"}' == call.body
        assert {**CONFIG.headers, "Content-Type": "application/json"} == dict(call.headers)

    def test_an_address_may_have_a_path_of_its_own(self) -> None:
        config = Config.resolve(PROJECT_ID, SECRET, "https://gateway.example.com/stytch/", None)
        url = encode(RequireReset(email_address="ada@example.com"), config).url
        assert "https://gateway.example.com/stytch/v1/b2b/passwords/email/require_reset" == url

    def test_a_request_is_encoded_the_same_each_time(self) -> None:
        request = MakeWidget(name="n", owner_id="o", metadata={"b": 1, "a": None}, parts=[Part(part_id="p", size=1)])
        assert encode(request, CONFIG) == encode(request, CONFIG)

    def test_what_is_none_is_not_sent(self) -> None:
        assert {"name": "n", "owner_id": "o"} == body_of(MakeWidget(name="n", owner_id="o"))

    def test_what_is_empty_is_sent(self) -> None:
        """An empty list or map clears what it names; leaving it out does not."""
        assert {"labels": [], "metadata": {}} == body_of(ChangeWidget(widget_id="it", labels=[], metadata={}))

    def test_none_in_a_free_form_map(self) -> None:
        """None inside a free form map is sent as null. The API deletes a key by it."""
        metadata = {"gone": None, "deep": {"gone": None, "list": [None, 1]}}
        assert {"metadata": metadata} == body_of(ChangeWidget(widget_id="it", metadata=metadata))

    def test_none_inside_a_model_is_not_sent(self) -> None:
        part = Part(part_id="p", size=1, labels=[], salt=Salt(value="s"))
        sent = {"part_id": "p", "size": 1, "labels": [], "salt": {"value": "s", "rounds": 1}}
        assert [sent, sent] == body_of(MakeWidget(name="n", owner_id="o", parts=[part, part]))["parts"]

    def test_mapping_or_model(self) -> None:
        """A mapping is sent as the model it stands for."""
        given: dict[str, Any] = {"email_address": "a@b.c", "hash": "h", "hash_type": "md_5", "organization_id": "o"}
        config = {"prepend_salt": "a", "append_salt": "b"}
        assert {**given, "md_5_config": config} == body_of(Migrate(**given, md_5_config=config))

    def test_a_path_value_travels_in_the_path_alone(self) -> None:
        request = ChangeWidget(widget_id="it", labels=["a"])
        assert f"{HERE}/v1/b2b/widgets/it" == encode(request, CONFIG).url
        assert {"labels": ["a"]} == body_of(request)
        assert f"{HERE}/v1/b2b/widgets/me/it/parts" == encode(GetWidget(owner_id="me", widget_id="it"), CONFIG).url

    def test_what_only_reads_has_no_body(self) -> None:
        call = encode(GetWidget(owner_id="me", widget_id="it"), CONFIG)
        assert ("GET", None) == (call.method, call.body)
        assert "Content-Type" not in call.headers
        assert ("DELETE", None) == ((dropped := encode(DropWidget(widget_id="it"), CONFIG)).method, dropped.body)

    def test_booleans_of_a_query_are_words(self) -> None:
        url = encode(GetWidget(owner_id="me", widget_id="it", loud=False, limit=0, word="a b&c=ä"), CONFIG).url
        assert [("loud", "false"), ("limit", "0"), ("q", "a b&c=ä")] == parse_qsl(urlsplit(url).query, strict_parsing=True)
        assert URL(url, encoded=True).raw_query_string == urlsplit(url).query

    def test_a_member_acts_by_headers(self) -> None:
        by_token = encode(RequireReset(email_address="a@b.c", authorization=Authorization(session_token="tok")), CONFIG)
        by_jwt = encode(RequireReset(email_address="a@b.c", authorization={"session_jwt": "jwt"}), CONFIG)
        assert "tok" == by_token.headers["X-Stytch-Member-Session"]
        assert "X-Stytch-Member-SessionJWT" not in by_token.headers
        assert "jwt" == by_jwt.headers["X-Stytch-Member-SessionJWT"]
        assert b'{"email_address":"a@b.c"}' == by_token.body == by_jwt.body

    def test_headers_per_call(self) -> None:
        """The headers of one call do not reach the next."""
        encode(RequireReset(email_address="a@b.c", authorization=Authorization(session_token="tok")), CONFIG)
        assert "X-Stytch-Member-Session" not in encode(RequireReset(email_address="a@b.c"), CONFIG).headers
        assert "X-Stytch-Member-Session" not in CONFIG.headers

    def test_a_local_field_is_not_sent(self) -> None:
        call = encode(MakeWidget(name="n", owner_id="o", cached="only here"), CONFIG)
        assert "only here" not in f"{call.url}{call.headers}{call.body!r}"

    def test_a_joined_list_is_one_string(self) -> None:
        assert "a b" == body_of(MakeWidget(name="n", owner_id="o", scopes=["a", "b"]))["scope"]

    def test_a_form_is_written_as_one(self) -> None:
        call = encode(FormWidget(token="a&b=ä", loud=True), CONFIG)
        assert "application/x-www-form-urlencoded" == call.headers["Content-Type"]
        assert call.body is not None
        assert [("grant_type", "a widget"), ("token", "a&b=ä"), ("loud", "true")] == parse_qsl(call.body.decode())

    def test_the_project_of_a_client_fills_the_path(self) -> None:
        assert f"{HERE}/v1/public/{PROJECT_ID}/oauth2/widget" == encode(FormWidget(), CONFIG).url
        assert f"{HERE}/v1/public/another/oauth2/widget" == encode(FormWidget(project_id="another"), CONFIG).url

    def test_missing_project(self) -> None:
        """A path that needs the project is refused without one."""
        with pytest.raises(ValueError, match="project_id is missing"):
            encode(FormWidget(), Config.resolve(None, None, "https://gateway.example.com", None))

    def test_questions_of_fraud_go_to_their_own_host(self) -> None:
        assert "https://fraud.example.com/v1/widgets/risk" == encode(RiskOfWidget(widget_id="it"), CONFIG).url

    def test_a_call_shows_neither_headers_nor_body(self) -> None:
        shown = repr(encode(StrengthCheck(password="hunter2"), CONFIG))
        assert "strength_check" in shown
        assert not {"hunter2", SECRET, "Basic"} & set(shown.replace("'", " ").split())


@given(st.text(), st.text())
@example("..", "x")
@example("x", "%2e%2e")
@example("a/../../organizations", "x?y#z")
@example("\uff0e\uff0e", " ")
@example("\\..\\", "a;b")
def test_path_segment(owner_id: str, widget_id: str) -> None:
    """A path value reaches its own segment whole or is refused.

    Neither yarl, which folds dotted segments, nor a quote that is missing may lead a call elsewhere.
    """
    try:
        request = GetWidget(owner_id=owner_id, widget_id=widget_id)
    except ValueError as error:
        named = str(error).partition(" ")[0]
        assert named in {"owner_id", "widget_id"}
        return
    url = URL(encode(request, CONFIG).url, encoded=True)
    assert ("/", "v1", "b2b", "widgets", quote(owner_id, safe=""), quote(widget_id, safe=""), "parts") == url.raw_parts
    assert (owner_id, widget_id) == (unquote(url.raw_parts[4]), unquote(url.raw_parts[5]))
    assert ("", "") == (url.raw_query_string, url.raw_fragment)
    assert "stytch.example.com" == url.host


@given(st.text(), st.text(alphabet=st.characters(codec="utf-8")))
def test_text_of_a_body_arrives_as_it_was(name: str, word: str) -> None:
    if any("\ud800" <= letter <= "\udfff" for letter in name):
        with pytest.raises(ValueError, match=r"^name "):
            MakeWidget(name=name, owner_id="o")
    else:
        assert name == body_of(MakeWidget(name=name, owner_id="o"))["name"]
    url = encode(GetWidget(owner_id="o", widget_id="t", word=word), CONFIG).url
    assert [("q", word)] == parse_qsl(urlsplit(url).query, keep_blank_values=True)
