"""Declared values in the hands of `json`, `pickle` and real web frameworks."""

import copy
import json
import pickle
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, cast

import attrs
import flask
import msgspec
import pydantic
import pytest
from fastapi import Body, FastAPI
from IPython.lib.pretty import pretty as _pretty
from support.endpoints import RESPONSES
from support.replies import full
from support.sample_api import MakeWidget, Part, Piece, Salt, WidgetsPage

from stytch_b2b_async import BlockingClient, Call, Reply
from stytch_b2b_async.api.passwords import PasswordLoginResponse, StrengthCheckResponse
from stytch_b2b_async.endpoint import Response
from stytch_b2b_async.models import Member
from stytch_b2b_async.schema import fields_of
from stytch_b2b_async.schema.converter import loads

pretty: Callable[[object], str] = _pretty

LOGIN = PasswordLoginResponse.example(member=Member.example(name="Ada", created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)))


class Canned:
    """A transport that always gives the same answer."""

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        said = {"request_id": "r", "status_code": 200, "score": 4, "planted": ["new"]}
        return Reply(200, {"x-served-by": "me"}, json.dumps(said).encode())


def received() -> StrengthCheckResponse:
    with BlockingClient("project-test-1", "secret-test-1", transport=Canned()) as client:
        return client.passwords.strength_check(password="x")


@pytest.mark.parametrize("response", RESPONSES, ids=lambda cls: f"{cls.__module__.partition('.api.')[2]}.{cls.__name__}")
def test_a_response_is_told_as_the_api_gave_it(response: type[Response]) -> None:
    """Names, order, times and secrets: what is decoded and told again is what was sent."""
    sent = full(response)
    decoded, mismatches = loads(json.dumps(sent).encode(), response) or (None, [])
    assert decoded is not None
    assert not mismatches
    assert sent == decoded.to_dict() == json.loads(decoded.to_json())
    assert list(sent) == list(decoded.to_dict())


def test_what_is_not_set_is_null() -> None:
    assert {"part_id": "p", "size": 1, "weight": None} == dict(list(Part(part_id="p", size=1).to_dict().items())[:3])


def test_times_are_told_as_rfc_3339() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC)
    assert "2026-01-02T03:04:05.000600Z" == Piece(piece_id="p", size=1, made_at=at).to_dict()["made_at"]
    assert "2026-01-02T03:04:05Z" == Piece(piece_id="p", size=1, made_at=datetime(2026, 1, 2, 3, 4, 5)).to_dict()["made_at"]  # noqa: DTZ001


def test_lone_surrogate() -> None:
    """Half of a surrogate pair can be told as JSON."""
    assert '"\\ud800"' in Piece(piece_id="\ud800", size=1).to_json()


def test_request_round_trip() -> None:
    """A request tells the arguments that make it again."""
    made = MakeWidget(
        name="a", owner_id="b", parts=[Part(part_id="p", size=1, salt=Salt(value="s"))], authorization={"session_token": "t"}
    )
    assert made == MakeWidget(**json.loads(made.to_json()))


class TestRaw:
    def test_raw(self) -> None:
        """What the package does not know is reached."""
        assert ["new"] == received().raw["planted"]

    def test_raw_of_a_made_response(self) -> None:
        """Of a response made by hand it is what it tells."""
        assert LOGIN.to_dict() == LOGIN.raw

    def test_it_is_never_shown(self) -> None:
        assert "planted" not in repr(received()) + str(received()) + pretty(received())

    @pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda response: pickle.loads(pickle.dumps(response))])  # noqa: S301
    def test_a_copy_has_it_too_and_the_headers(self, again: Any) -> None:
        response = received()
        object.__setattr__(response, "_attempts", 3)
        twin = again(response)
        assert response == twin
        assert (["new"], "me", 3) == (twin.raw["planted"], twin.headers["x-served-by"], twin.attempts)


def test_copied_page() -> None:
    """The copy of a page goes on as the page does."""
    page = WidgetsPage.example(pieces=[Piece.example()])
    object.__setattr__(page, "_following", lambda page: iter([page, page]))
    assert 2 == len(list(copy.copy(page)))
    assert page == pickle.loads(pickle.dumps(page))  # noqa: S301  # without the client, which cannot go along


def test_attrs_functions() -> None:
    """The functions of attrs take declared values.

    This is a test of types as well: without `__attrs_attrs__` on Model the checkers refuse two of these lines.

    mypy takes nothing but what it sees being decorated by attrs for `evolve`, whatever the class says.
    """
    assert "Ada" == attrs.asdict(LOGIN)["member"]["name"]
    assert "Bea" == attrs.evolve(cast("Any", Member.example()), name="Bea").name
    assert "name" in {field.name for field in attrs.fields(Member)}


class TestPydantic:
    def test_a_field_holds_a_response_and_dumps_it(self) -> None:
        class Answer(pydantic.BaseModel):
            login: PasswordLoginResponse
            people: list[Member] = []

        answer = Answer(login=LOGIN, people=[LOGIN.member])
        assert LOGIN is answer.login
        assert (
            {"login": LOGIN.to_dict(), "people": [LOGIN.member.to_dict()]} == answer.model_dump(mode="json") == answer.model_dump()
        )
        assert answer == Answer.model_validate_json(answer.model_dump_json())

    def test_unserializable_value(self) -> None:
        """What does not fit is refused by its path without its value."""
        adapter = pydantic.TypeAdapter(Piece)
        with pytest.raises(pydantic.ValidationError) as caught:
            adapter.validate_python({"piece_id": "p", "size": "planted"})
        assert "$.size" in str(caught.value.errors(include_input=False))
        with pytest.raises(pydantic.ValidationError, match="expected a Piece or a mapping"):
            adapter.validate_python(5)

    @pytest.mark.parametrize("response", RESPONSES, ids=lambda cls: f"{cls.__module__.partition('.api.')[2]}.{cls.__name__}")
    def test_every_response_has_a_json_schema(self, response: type[Response]) -> None:
        schema = pydantic.TypeAdapter(response).json_schema(mode="serialization")
        assert {field.wire_name for field in fields_of(response) if not field.catch_all} == schema["properties"].keys()


async def ask(app: Any, method: str, path: str, body: object = None) -> Any:
    """Make one request of an ASGI application; its answer's JSON."""
    sent: list[dict[str, Any]] = []
    encoded = json.dumps(body).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": encoded, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path}
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(encoded)).encode())]
    more = {"raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http", "headers": headers}
    await app(scope | more, receive, send)
    return json.loads(b"".join(message.get("body", b"") for message in sent))


class TestFastAPI:
    async def test_a_route_returns_a_response(self) -> None:
        app = FastAPI()

        @app.get("/login")
        async def login() -> PasswordLoginResponse:
            return LOGIN

        @app.get("/members", response_model=list[Member])
        async def members() -> Any:
            return [LOGIN.member]

        @app.post("/member")
        async def member(given: Annotated[Member, Body()]) -> str:
            return given.name

        assert LOGIN.to_dict() == await ask(app, "GET", "/login")
        assert [LOGIN.member.to_dict()] == await ask(app, "GET", "/members")
        assert "Ada" == await ask(app, "POST", "/member", LOGIN.member.to_dict())
        assert {"Member", "Organization"} <= (await ask(app, "GET", "/openapi.json"))["components"]["schemas"].keys()


def test_flask_takes_what_a_response_tells() -> None:
    app = flask.Flask(__name__)

    @app.get("/login")
    def login() -> Any:
        return flask.jsonify(LOGIN.to_dict())

    assert LOGIN.to_dict() == app.test_client().get("/login").json


def test_msgspec_and_json_take_them() -> None:
    assert LOGIN.to_dict() == json.loads(msgspec.json.encode(LOGIN))
    assert LOGIN.to_dict() == json.loads(json.dumps(LOGIN, default=lambda value: value.to_dict()))


async def test_litestar_returns_a_response() -> None:
    litestar = pytest.importorskip("litestar")

    async def login() -> PasswordLoginResponse:
        return LOGIN

    app = litestar.Litestar([litestar.get("/login")(login)], logging_config=None)
    assert LOGIN.to_dict() == await ask(app, "GET", "/login")
    assert "properties" in json.dumps(await ask(app, "GET", "/schema/openapi.json"))


def test_console_display() -> None:
    """Consoles show a response over several lines without its secrets."""
    shown = pretty(LOGIN)
    assert shown.splitlines()[1] == f"    request_id='{LOGIN.request_id}',"
    assert "    session_token='***'," in shown.splitlines()
    assert "Salt(value='***', rounds=1)" == pretty(Salt(value="pepper"))


def test_values_are_plain_without_pydantic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pydantic_core", None)
    assert "Ada" == LOGIN.to_dict()["member"]["name"]
