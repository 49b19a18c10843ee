"""However an answer is nested or filled, it ends in the error that it stands for, soon, and in bounds."""

import json
import time
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from support.http_servers import PROJECT_ID, SECRET, Answer, Scripted, ok, serving
from support.replies import full
from support.sample_api import GetWidget

from stytch_b2b_async import APIStatusError, APITimeoutError, Client, DecodeError, NotFoundError, Reply
from stytch_b2b_async.api.organizations.members import SearchResponse
from stytch_b2b_async.config import Config
from stytch_b2b_async.schema.converter import SMALL_BODY
from stytch_b2b_async.schema.json_bounds import MAX_LEVELS, MAX_VALUES, excess
from stytch_b2b_async.wire import LARGE_BODY, decode

CONFIG = Config.resolve(PROJECT_ID, SECRET, None, None)
CERTAINLY_TOO_DEEP = 20_000  # levels that no interpreter goes down
REQUEST = GetWidget(owner_id="me", widget_id="it")
GOOD = '"request_id": "r", "status_code": 200, "widget_id": "it"'


def nested(levels: int, kind: str = "[]") -> str:
    opening, closing = {"[]": ("[", "]"), "{}": ('{"a":', "}"), "mixed": ('[{"a":', "}]")}[kind]
    levels = levels // 2 if kind == "mixed" else levels
    return opening * levels + "1" + closing * levels


json_values = st.recursive(
    st.none() | st.integers() | st.sampled_from(["a", '"', "\\", '\\"', "[", "]", "{[", '"]', ",,", "é"]) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3) | st.sampled_from(["[", '"']), inner, max_size=4)
    ),
    max_leaves=20,
)


def levels_of(value: Any) -> int:
    if not isinstance(value, list | dict):
        return 0
    return 1 + max((levels_of(item) for item in (value if isinstance(value, list) else value.values())), default=0)


@given(json_values, st.booleans())
def test_levels_are_counted_exactly(value: Any, ascii_: bool) -> None:  # noqa: FBT001  # drawn
    said = json.dumps(value, ensure_ascii=ascii_)
    at_most = MAX_LEVELS - levels_of(value)
    assert excess(nested(at_most).replace("1", said).encode()) is None
    assert f"is nested more than {MAX_LEVELS} levels deep" == excess(nested(at_most + 1).replace("1", said).encode())


def test_values_are_bounded() -> None:
    assert excess(b"[" + b"[]," * (MAX_VALUES // 2 - 1) + b"1]") is None
    assert f"holds more than {MAX_VALUES} values" == excess(b"[" + b"[]," * (MAX_VALUES // 2) + b"1]")


@pytest.mark.parametrize("kind", ["[]", "{}", "mixed"])
@pytest.mark.parametrize("levels", [501, 990, 1_100, 20_000, 100_000])
class TestTooDeep:
    def test_a_success_is_a_decode_error(self, levels: int, kind: str) -> None:
        padding = "x" * SMALL_BODY if levels < CERTAINLY_TOO_DEEP else ""
        for field in ("new", "words"):
            body = f'{{{GOOD}, "padding": "{padding}", "{field}": {nested(levels, kind)}}}'
            with pytest.raises(DecodeError, match=f"^the response is nested more than {MAX_LEVELS} levels deep") as caught:
                decode(REQUEST, Reply(200, {}, body.encode()), CONFIG)
            assert "r" == caught.value.request_id

    @pytest.mark.parametrize("field", ["error_details", "error_type", "error_message", "new"])
    def test_an_error_is_that_of_its_status(self, levels: int, kind: str, field: str) -> None:
        with pytest.raises(NotFoundError) as caught:
            decode(REQUEST, Reply(404, {"x-request-id": "r"}, f'{{"{field}": {nested(levels, kind)}}}'.encode()), CONFIG)
        assert "r" == caught.value.request_id
        assert caught.value.error_message is not None


@pytest.mark.parametrize("levels", [10, 63, 64, 100, 300, 400, 497])
def test_nested_error_details(levels: int) -> None:
    """An error that is less deep tells what it says. Details that are too deep to look through are left out."""
    said = f'{{"error_type": "member_not_found", "request_id": "r", "error_details": {{"a": {nested(levels)}}}}}'
    with pytest.raises(NotFoundError) as caught:
        decode(REQUEST, Reply(404, {}, said.encode()), CONFIG)
    assert "MemberNotFoundError" == type(caught.value).__name__
    assert (levels < 63) == (caught.value.error_details is not None)  # with the two of details and object


ODD: dict[str, bytes] = {
    "half a pair": b'{"error_type": "\\ud800", "request_id": "\\udfff", "error_message": "\\ud83d", "error_url": "\\ud800", '
    b'"error_details": {"\\ud800": ["\\udc00"]}}',
    "huge integer": b'{"error_type": "t", "request_id": "r", "error_details": {"a": ' + b"9" * 5_000 + b"}}",
    "huge float": b'{"error_type": "t", "request_id": "r", "error_details": {"a": 1e999999}}',
    "NaN": b'{"error_type": "t", "request_id": "r", "error_details": {"a": NaN, "b": -Infinity}}',
    "twice": b'{"error_type": "a", "error_type": "t", "request_id": "q", "request_id": "r"}',
    "utf-16": '{"error_type": "t", "request_id": "r"}'.encode("utf-16"),
    "many values": b'{"error_type": "t", "a": [' + b"[]," * MAX_VALUES + b"1]}",
    "NUL": b'{"error_type": "t\\u0000", "request_id": "r\\u0000"}',
    "no UTF-8": b'{"error_type": "\xff", "request_id": "r"}',
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("status", [301, 400, 404, 429, 500, 599])
def test_an_odd_error_is_that_of_its_status(body: bytes, status: int) -> None:
    with pytest.raises(APIStatusError) as caught:
        decode(REQUEST, Reply(status, {"x-odd": "\udcff"}, body), CONFIG)
    error = caught.value
    assert status == error.status_code
    f"{error} {error!r} {error.error_details} {error.headers}".encode()


def test_thousand_members() -> None:
    """A search that finds a thousand members is read."""
    member = full(SearchResponse)["members"][0]
    body = json.dumps({**full(SearchResponse), "members": [member] * 1_000}).encode()
    assert excess(body) is None


async def test_millions_of_values_are_refused_soon() -> None:
    """They would occupy the loop for seconds, and take hundreds of megabytes."""

    async def answer(request: web.Request) -> web.StreamResponse:
        await request.read()
        return web.Response(body=body, status=int(request.query.get("limit") or 200))

    body = b'{"a": [' + b"[]," * 5_000_000 + b"[]]}"
    async with serving(answer) as server, Client(PROJECT_ID, SECRET, base_url=server.url) as client:
        started = time.process_time()
        with pytest.raises(DecodeError, match=f"the response holds more than {MAX_VALUES} values"):
            await client.send(REQUEST)
        with pytest.raises(NotFoundError, match=f"the body holds more than {MAX_VALUES} values"):
            await client.send(GetWidget(owner_id="me", widget_id="it", limit=404))
        assert time.process_time() - started < 3


@pytest.mark.parametrize("answer", [ok(new=["x" * LARGE_BODY]), Answer({"error_type": "t", "x": "x" * LARGE_BODY}, 404)])
async def test_a_large_answer_is_read_like_a_small_one(answer: Answer) -> None:
    async with Client(PROJECT_ID, SECRET, transport=Scripted(answer)) as client:
        if answer.status == 200:
            assert "request-id-test-1" == (await client.send(REQUEST)).request_id
        else:
            with pytest.raises(NotFoundError):
                await client.send(REQUEST)


async def test_deadline_while_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deadline holds while a large answer is decoded."""

    def slow(*_: object) -> Any:
        time.sleep(1)
        return None, []

    monkeypatch.setattr("stytch_b2b_async.runtime.sender.decode", slow)
    async with Client(PROJECT_ID, SECRET, transport=Scripted(ok(new="x" * LARGE_BODY)), timeout=0.1) as client:
        started = time.monotonic()
        with pytest.raises(APITimeoutError):
            await client.send(REQUEST)
        assert time.monotonic() - started < 0.9
