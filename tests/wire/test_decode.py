"""HTTP replies become responses and errors."""

import pickle
from typing import Any

import pytest
from support.http_servers import SECRET, Answer
from support.sample_api import MakeWidget, WidgetResponse
from support.wire_configs import CONFIG, STRICT

from stytch_b2b_async import (
    APIStatusError,
    Authorization,
    BadRequestError,
    BreachedPasswordError,
    DecodeError,
    InternalServerError,
    NotFoundError,
    Reply,
    WeakPasswordError,
)
from stytch_b2b_async.api.passwords import Authenticate, PasswordLoginResponse, StrengthCheck
from stytch_b2b_async.api.passwords.email import Reset
from stytch_b2b_async.wire import decode
from stytch_b2b_async.wire.redaction import WITHHELD

REQUEST = MakeWidget(name="n", owner_id="o", password="hunter2", authorization=Authorization(session_token="the-session-token"))


GOOD = {"request_id": "r-1", "status_code": 200, "widget_id": "it"}


def reply(status: int, body: Any, **headers: str) -> Reply:
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, Answer(body).content)


class TestDecode:
    @pytest.mark.parametrize("status", [200, 201, 202, 299])
    def test_every_2xx_is_a_success(self, status: int) -> None:
        response, mismatches = decode(REQUEST, reply(status, GOOD), CONFIG)
        assert (WidgetResponse(request_id="r-1", status_code=200, widget_id="it"), []) == (response, mismatches)

    def test_the_content_type_does_not_matter(self) -> None:
        assert "it" == decode(REQUEST, reply(200, GOOD, content_type="text/plain"), CONFIG)[0].widget_id

    def test_unknown_fields_are_kept_out_of_the_way(self) -> None:
        assert ("it", []) == ((decoded := decode(REQUEST, reply(200, {**GOOD, "new": [1]}), STRICT))[0].widget_id, decoded[1])

    def test_drift(self) -> None:
        """What drifted is none and noted by its path."""
        response, mismatches = decode(REQUEST, reply(200, {**GOOD, "widget_id": 5, "token": "kept"}), CONFIG)
        assert [None, "kept"] == [response.widget_id, response.token]
        assert [("$.widget_id", "Expected `str`, got `int`")] == mismatches

    def test_a_missing_status_is_taken_from_the_reply(self) -> None:
        response, mismatches = decode(REQUEST, reply(201, {"widget_id": "it"}), CONFIG)
        assert 201 == response.status_code
        assert {"$.request_id", "$.status_code"} == {path for path, _ in mismatches}

    def test_strict_drift(self) -> None:
        """Strictly a drift is an error that names the path and no value."""
        drifted = {**GOOD, "token": ["planted"]}
        with pytest.raises(DecodeError, match=r"does not match its declaration: .* @ \$\.token \(HTTP 200\) \[r-1\]") as caught:
            decode(REQUEST, reply(200, drifted), STRICT)
        assert "planted" not in str(caught.value)

    @pytest.mark.parametrize(
        ("body", "start"),
        [
            (b"", ""),
            (b"<html>502</html>", "<html>502</html>"),
            (b"[]", "[]"),
            (b"null", "null"),
            (b'"text"', '"…"'),
            (b"{", "{"),
            (b"\xff\xfe", "…"),
            (b"5", "…"),
        ],
    )
    def test_success_not_an_object(self, body: bytes, start: str) -> None:
        """A success that is no JSON object is a decode error."""
        with pytest.raises(DecodeError, match="the response is not a JSON object") as caught:
            decode(REQUEST, reply(200, body, **{"x-request-id": "r-9"}), CONFIG)
        assert (200, "r-9") == (caught.value.status_code, caught.value.request_id)
        assert start.encode() == caught.value.body_start
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None

    def test_a_cut_reply_still_tells_its_request_id(self) -> None:
        with pytest.raises(DecodeError) as caught:
            decode(REQUEST, reply(200, b'{"request_id": "r-7", "widget_id": "i'), CONFIG)
        assert "r-7" == caught.value.request_id

    def test_a_reply_that_was_too_large_says_so(self) -> None:
        with pytest.raises(DecodeError, match="the response is too large"):
            decode(REQUEST, Reply(200, {}, b'{"widget_id": "', whole=False), CONFIG)

    @pytest.mark.parametrize(
        "body", [b'\xef\xbb\xbf{"widget_id": "it"}', b'{"widget_id": "it", "new": NaN}', b'{"widget_id": "it", "n": "\\ud800"}']
    )
    def test_what_other_parsers_take_is_taken(self, body: bytes) -> None:
        assert "it" == decode(REQUEST, reply(200, body), CONFIG)[0].widget_id


class TestErrors:
    def test_the_api_tells_what_went_wrong(self) -> None:
        body = {
            "status_code": 404,
            "request_id": "r-2",
            "error_type": "member_not_found",
            "error_message": "No such member.",
            "error_url": "https://stytch.com/docs/api/errors/404",
            "error_details": {"a": [1]},
        }
        with pytest.raises(NotFoundError) as caught:
            decode(REQUEST, reply(404, body, **{"Retry-After": "7"}), CONFIG)
        error = caught.value
        assert "MemberNotFoundError" == type(error).__name__
        assert (404, "member_not_found", "No such member.") == (error.status_code, error.error_type, error.error_message)
        assert ("https://stytch.com/docs/api/errors/404", {"a": [1]}) == (error.error_url, error.error_details)
        assert ("r-2", {"retry-after": "7"}) == (error.request_id, error.headers)

    def test_an_oauth_error_fills_the_same_fields(self) -> None:
        body = {"error": "invalid_client", "error_description": "Who?", "error_uri": "https://example.com", "request_id": "r-3"}
        with pytest.raises(APIStatusError) as caught:
            decode(REQUEST, reply(401, body), CONFIG)
        error = caught.value
        assert ("invalid_client", "Who?", "https://example.com") == (error.error_type, error.error_message, error.error_url)

    @pytest.mark.parametrize("body", [b"<html>\n  <b>Bad gateway</b></html>", b"", b"[]", b"null", b"\xff"], ids=repr)
    def test_error_not_an_object(self, body: bytes) -> None:
        """An error whose body is no JSON object keeps its status."""
        with pytest.raises(InternalServerError, match=r"^502 Bad Gateway: the body is ") as caught:
            decode(REQUEST, reply(502, body, **{"x-request-id": "r-4"}), CONFIG)
        assert (502, None, "r-4") == (caught.value.status_code, caught.value.error_type, caught.value.request_id)

    def test_the_start_of_a_page_is_told_on_one_line(self) -> None:
        with pytest.raises(InternalServerError, match=r"the body is not a JSON object: <html> <b>Bad gateway</b></html>$"):
            decode(REQUEST, reply(502, b"<html>\n  <b>Bad gateway</b></html>"), CONFIG)

    @pytest.mark.parametrize("wrong", [5, ["x"], {"a": 1}, None, True, ""])
    def test_fields_of_a_wrong_type_are_no_fields(self, wrong: Any) -> None:
        names = ["error_type", "error_message", "error_url", "request_id"]
        with pytest.raises(BadRequestError) as caught:
            decode(REQUEST, reply(400, {**dict.fromkeys(names, wrong), "error_details": "text"}), CONFIG)
        assert [None] * 5 == [getattr(caught.value, name) for name in [*names, "error_details"]]

    @pytest.mark.parametrize("status", [100, 199, 300, 302, 304, 418, 422, 599, 999])
    def test_whatever_is_no_2xx_is_an_error(self, status: int) -> None:
        with pytest.raises(APIStatusError) as caught:
            decode(REQUEST, reply(status, GOOD), CONFIG)
        assert status == caught.value.status_code

    def test_a_message_does_not_grow_without_bound(self) -> None:
        with pytest.raises(BadRequestError) as caught:
            decode(REQUEST, reply(400, {"error_message": "x" * 10_000}), CONFIG)
        assert "x" * 2_000 == caught.value.error_message

    def test_what_repeats_a_secret_is_withheld_whole(self) -> None:
        basic = CONFIG.headers["Authorization"]
        body = {
            "error_message": f"hunter2 is weak, and so is {SECRET}",
            "error_url": "https://example.com/?p=the-session-token",
            "error_details": {"hunter2": ["the-session-token", {"basic": basic, "kept": "hunter2"}]},
        }
        with pytest.raises(BadRequestError) as caught:
            decode(REQUEST, reply(400, body, echo=f"hunter2 {basic}", date="hunter2"), CONFIG)
        error = caught.value
        assert (WITHHELD, None) == (error.error_message, error.error_url)
        assert {"hunter2": [WITHHELD, {"basic": WITHHELD, "kept": "hunter2"}]} == error.error_details
        assert {"echo": WITHHELD, "date": "hunter2"} == error.headers

    @pytest.mark.parametrize(
        ("body", "start"),
        [
            (b'["quo\\"te\\\\d"', '["…"'),
            (
                b'{"status_code": 200, "widget_id": "planted", "planted": {"token": "pla',
                '{"status_code": …, "widget_id": "…", "…": {"token": "…"',
            ),
            (b"{'token': 'planted', planted", "{…: …, …"),
            (b'{"token": "planted\\", "widget_id": "planted', '{"token": "…"…"…"…'),
            (b'x"planted", "planted:planted', '…"…", "…"'),
            (b"<html>Hello, planted-1 <b id=planted1>pLANTED0123456789</b>", "<html>Hello, … <b id=…>…</b>"),
        ],
    )
    def test_of_what_cannot_be_read_no_value_is_shown(self, body: bytes, start: str) -> None:
        """The answer may hold a token that is valid."""
        with pytest.raises(DecodeError) as caught:
            decode(REQUEST, reply(200, body), CONFIG)
        assert start == caught.value.body_start.decode()
        assert b"planted" not in pickle.dumps(caught.value).lower()

    def test_mirrored_page(self) -> None:
        """A page that repeats a secret is not shown."""
        with pytest.raises(DecodeError) as caught:
            decode(REQUEST, reply(200, b"<html>the session-token: the-session-token</html>"), CONFIG)
        assert b"" == caught.value.body_start

    @pytest.mark.parametrize(
        ("password", "error_type", "kind"),
        [
            ("password", "weak_password", WeakPasswordError),
            ("a", "weak_password", WeakPasswordError),
            ("error", "breached_password", BreachedPasswordError),
            ("error_type", "breached_password", BreachedPasswordError),
            ("_", "breached_password", BreachedPasswordError),
        ],
    )
    def test_password_like_an_error_type(self, password: str, error_type: str, kind: type[BadRequestError]) -> None:
        """A password that is a word of the API hides no error.

        The worst passwords are words, and they are the ones that are refused.
        """
        body = {"error_type": error_type, "error_message": "Choose another.", "request_id": f"r-{password}-1"}
        with pytest.raises(kind) as caught:
            decode(StrengthCheck(password=password), reply(400, body, date="today"), CONFIG)
        assert error_type == caught.value.error_type
        assert f"r-{password}-1" == caught.value.request_id
        assert caught.value.error_message is not None

    def test_password_like_a_header(self) -> None:
        """A password that is the name of a header hides no header."""
        with pytest.raises(BadRequestError) as caught:
            decode(StrengthCheck(password="date"), reply(400, {}, date="today"), CONFIG)
        assert {"date": "today"} == caught.value.headers

    def test_token_as_error_type(self) -> None:
        """A token that comes back as the type or the id is cleaned."""
        token = "eyJhbGciOiJSUzI1NiJ9.planted-Planted"
        body = {"error_type": f"bad {token}", "request_id": token}
        with pytest.raises(BadRequestError) as caught:
            decode(Reset(password_reset_token=token, password="p"), reply(400, body), CONFIG)
        assert "planted" not in repr(caught.value)


def test_a_login_keeps_its_tokens_out_of_sight() -> None:
    body = {"request_id": "r", "status_code": 200, "session_token": "planted-token", "session_jwt": "planted-jwt", "member_id": "m"}
    request = Authenticate(organization_id="o", email_address="a@b.c", password="p")
    response, mismatches = decode(request, reply(200, body), CONFIG)
    assert isinstance(response, PasswordLoginResponse)
    assert ("planted-token", "planted-jwt") == (response.session_token, response.session_jwt)
    assert "planted" not in f"{response!r}{mismatches}"
