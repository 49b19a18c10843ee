"""What holds for every endpoint, whatever it does. `endpoints.txt` records them."""

import inspect
import json
import re
from functools import reduce
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import endpoint_table
from support.arguments import arguments, value
from support.drift import check_untouched, drifts, is_within
from support.endpoints import ENDPOINTS, RESPONSES
from support.http_servers import PROJECT_ID, SECRET
from support.replies import full, minimal, plain

from stytch_b2b_async import BlockingClient, Client, Effect, Reply, Request, Response
from stytch_b2b_async.config import Config
from stytch_b2b_async.endpoint import Host, response_type
from stytch_b2b_async.schema import (
    Field,
    FreeForm,
    ListOf,
    Location,
    MapOf,
    Model,
    Scalar,
    Shape,
    fields_of,
    model_in,
    models_of,
    secrets_of,
)
from stytch_b2b_async.schema.converter import loads
from stytch_b2b_async.wire import decode, encode

TABLE = endpoint_table.TABLE.read_text(encoding="utf-8").splitlines()
HERE, FRAUD = "https://stytch.example.com", "https://fraud.example.com"
CONFIG = Config.resolve(PROJECT_ID, SECRET, HERE, FRAUD)
CLIENTS = (Client(PROJECT_ID, SECRET), BlockingClient(PROJECT_ID, SECRET))
NO_SECRETS = {("Set", "country_code"), ("SetResponse", "country_code"), ("Rule", "country_code"), ("Address", "postal_code")}
SECRET_NAME = re.compile(r"(^|_)(password|token|secret|jwt|codes?|verifier|private_key|hash|salt)$")

each_endpoint = pytest.mark.parametrize("request_class", ENDPOINTS.values(), ids=list(ENDPOINTS))
each_response = pytest.mark.parametrize(
    "cls", RESPONSES, ids=[f"{cls.__module__.partition('.api.')[2] or cls.__module__}.{cls.__name__}" for cls in RESPONSES]
)


def at(request: type[Request[Any]], place: Location) -> list[Field]:
    return [field for field in fields_of(request) if field.location is place]


def calls(request: type[Request[Any]]) -> list[Any]:
    """Find what calls an endpoint, in both modes."""
    return [reduce(getattr, request.operation.split("."), client) for client in CLIENTS]


class TestTable:
    def test_endpoint_table(self) -> None:
        """Every endpoint stands in the table and nothing else.

        A change of the declared endpoints is recorded: `nox -s endpoints -- --write`.
        """
        assert [] == endpoint_table.differences()

    def test_member_sessions_travel_in_headers(self) -> None:
        assert {path for path, request in ENDPOINTS.items() if at(request, Location.HEADERS)} == {
            line.split()[0] for line in TABLE if line.endswith("  member")
        }

    def test_there_are_as_many_as_the_api_has(self) -> None:
        assert (123, 40) == (len(TABLE), sum(line.endswith("  member") for line in TABLE))

    def test_a_request_is_named_by_its_place(self) -> None:
        assert list(ENDPOINTS) == [request.operation for request in ENDPOINTS.values()]

    def test_what_is_fetched_changes_nothing(self) -> None:
        assert {Effect.READS} == {request.effect for request in ENDPOINTS.values() if request.method == "GET"}
        assert Effect.READS not in {request.effect for request in ENDPOINTS.values() if request.method in {"PUT", "DELETE"}}

    def test_what_is_named_like_a_secret_is_one(self) -> None:
        declared = {cls for root in [*ENDPOINTS.values(), *RESPONSES] for cls in models_of(root)}
        named = {
            (cls, field) for cls in declared for field in fields_of(cls) if SECRET_NAME.search(field.name) and is_text(field.shape)
        }
        assert 100 < len(named)
        assert set() == {(cls.__qualname__, field.name) for cls, field in named if not field.sensitive} - NO_SECRETS


def is_text(shape: Shape) -> bool:
    match shape:
        case Scalar(type="string", format=None):
            return True
        case ListOf(item=inner) | MapOf(value=inner):
            return is_text(inner)
        case _:
            return False


@each_endpoint
class TestRequest:
    def test_field_locations(self, request_class: type[Request[Any]]) -> None:
        """Every field travels in its place and nowhere else."""
        given = arguments(request_class)
        check_placement(request_class, given)
        check_placement(request_class, {name: True if word is False else word for name, word in given.items()})

    def test_what_is_required_is_enough(self, request_class: type[Request[Any]]) -> None:
        check_placement(request_class, arguments(request_class, optional=False))

    def test_none_is_not_sent(self, request_class: type[Request[Any]]) -> None:
        required = arguments(request_class, optional=False)
        nothing = {field.name: None for field in fields_of(request_class) if not field.required}
        assert encode(request_class(**required), CONFIG) == encode(request_class(**required, **nothing), CONFIG)

    def test_what_is_required_must_be_there(self, request_class: type[Request[Any]]) -> None:
        required = arguments(request_class, optional=False)
        for name in required:
            for call in calls(request_class):
                with pytest.raises(TypeError, match=rf"\b{name}\b"):
                    call(**{other: given for other, given in required.items() if other != name})
                with pytest.raises(TypeError, match=f"{name} is required"):
                    call(**{**required, name: None})

    def test_empty_lists_and_maps_are_sent(self, request_class: type[Request[Any]]) -> None:
        """They clear what they name; None would leave it as it is."""
        required = arguments(request_class, optional=False)
        given = arguments(request_class)
        empty = {field.name: type(given[field.name])() for field in at(request_class, Location.BODY) if may_be_empty(field)}
        check_placement(request_class, required | empty)

    def test_model_or_mapping(self, request_class: type[Request[Any]]) -> None:
        """A model is sent like the mapping that stands for it."""
        given = arguments(request_class)
        models = {field.name: value(field.shape, field.name, models=True) for field in fields_of(request_class)}
        nested = [field.name for field in fields_of(request_class) if model_in(field.shape)]
        assert all(given[name] != models[name] for name in nested)
        assert encode(request_class(**given), CONFIG) == encode(request_class(**models), CONFIG)

    def test_a_wrong_keyword_is_named(self, request_class: type[Request[Any]]) -> None:
        required = arguments(request_class, optional=False)
        for call in calls(request_class):
            with pytest.raises(TypeError, match="unknown parameter organisation_idd"):
                call(**required, organisation_idd="o")

    def test_path_traversal(self, request_class: type[Request[Any]]) -> None:
        """A path value that would lead elsewhere is refused."""
        required = arguments(request_class, optional=False)
        for field in at(request_class, Location.PATH):
            for wrong in ["", ".", "..", "a\nb", 5]:
                for call in calls(request_class):
                    with pytest.raises((ValueError, TypeError), match=f"^{field.name} must "):
                        call(**{**required, field.name: wrong})

    def test_no_secret_is_shown(self, request_class: type[Request[Any]]) -> None:
        assert [] == shown_secrets(request_class(**arguments(request_class)))

    def test_both_modes_show_the_same_signature(self, request_class: type[Request[Any]]) -> None:
        awaited, blocking = map(inspect.signature, calls(request_class))
        assert awaited == blocking
        fields = fields_of(request_class)
        assert {field.name for field in fields} == set(awaited.parameters)
        required = [field.name for field in fields if field.required]
        assert required == list(awaited.parameters)[: len(required)]
        assert response_type(request_class) is awaited.return_annotation
        assert all(inspect.Parameter.KEYWORD_ONLY is parameter.kind for parameter in awaited.parameters.values())

    def test_documentation(self, request_class: type[Request[Any]]) -> None:
        """It says what it does and where the vendor says more."""
        documentation = inspect.cleandoc(vars(request_class)["__doc__"])
        assert re.match(r"[A-Z][^\n]+\.(\n|$)", documentation)
        assert re.search(r"^See https://stytch\.com/docs/[\w/-]+\.$", documentation, re.MULTILINE)
        fields = set(re.findall(r"^- ((?:`\w+`(?:, )?)+):", documentation, re.MULTILINE))
        named = {name for group in fields for name in re.findall(r"`(\w+)`", group)}
        assert named <= {field.name for field in fields_of(request_class)}
        assert all(documentation in (call.__doc__ or "") for call in calls(request_class))


def may_be_empty(field: Field) -> bool:
    """Tell whether an empty list or map is a value of an optional field."""
    return not field.required and isinstance(field.shape, ListOf | MapOf | FreeForm)


def shown_secrets(value: Model) -> list[str]:
    return [secret for secret in secrets_of(value) if repr(secret) in f"{value!r}{value}"]


def check_placement(request_class: type[Request[Any]], given: dict[str, Any]) -> None:
    """Encode a request, and compare every part of the call with what was given for it."""
    call = encode(request_class(**given), CONFIG)
    url = urlsplit(call.url)
    base = FRAUD if request_class.host is Host.FRAUD else HERE
    path = re.sub(r"\{(\w+)\}", lambda found: quote({"project_id": PROJECT_ID, **given}[found[1]], safe=""), request_class.path)
    assert (request_class.method, base, path) == (call.method, f"{url.scheme}://{url.netloc}", url.path)
    placeholders = set(re.findall(r"\{(\w+)\}", request_class.path))
    assert sent(request_class, Location.PATH, given).keys() in (placeholders, placeholders - {"project_id"})
    query = {name: [text(word)] for name, word in sent(request_class, Location.QUERY, given).items()}
    assert query == parse_qs(url.query, strict_parsing=bool(url.query))
    assert headers(request_class, given) == dict(call.headers)
    check_body(request_class, sent(request_class, Location.BODY, given), call.body)
    for field in at(request_class, Location.CLIENT_ONLY):
        assert field.name not in f"{unquote(call.url)}{call.headers}{call.body!r}"


def sent(request_class: type[Request[Any]], place: Location, given: dict[str, Any]) -> dict[str, Any]:
    fields = [field for field in at(request_class, place) if field.name in given]
    return {
        field.wire_name: given[field.name] if field.delimiter is None else field.delimiter.join(given[field.name])
        for field in fields
    }


def text(word: Any) -> str:
    return {True: "true", False: "false"}[word] if isinstance(word, bool) else str(word)


def headers(request_class: type[Request[Any]], given: dict[str, Any]) -> dict[str, str]:
    session = given.get("authorization") or {}
    names = {"session_token": "X-Stytch-Member-Session", "session_jwt": "X-Stytch-Member-SessionJWT"}
    body = {} if request_class.method in {"GET", "DELETE"} else {"Content-Type": body_type(request_class)}
    return {**CONFIG.headers, **{names[name]: token for name, token in session.items()}, **body}


def body_type(request_class: type[Request[Any]]) -> str:
    form = request_class.operation == "idp.introspect_token_network"
    return "application/x-www-form-urlencoded" if form else "application/json"


def check_body(request_class: type[Request[Any]], fields: dict[str, Any], body: bytes | None) -> None:
    if request_class.method in {"GET", "DELETE"}:
        assert (None, {}) == (body, fields)
        return
    assert body is not None
    constant = {"grant_type": "client_credentials"} if request_class.operation == "m2m.token" else {}
    if body_type(request_class) == "application/json":
        assert {**constant, **fields} == json.loads(body)
    else:
        assert {name: [word] for name, word in fields.items()} == parse_qs(body.decode(), strict_parsing=True)


@each_response
class TestResponse:
    @pytest.mark.parametrize("made", [full, minimal])
    def test_a_reply_is_read_whole(self, cls: type[Response], made: Any) -> None:
        said = made(cls)
        request = next(request for request in ENDPOINTS.values() if response_type(request) is cls)
        reply = Reply(200, {}, json.dumps(said).encode())
        response, mismatches = decode(request(**arguments(request, optional=False)), reply, CONFIG)
        assert [] == mismatches
        assert type(response) is cls
        assert said == plain(response, unset=False)
        assert not shown_secrets(response)

    @given(data=st.data())
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    def test_whatever_drifts_the_rest_is_read(self, cls: type[Response], data: st.DataObject) -> None:
        said, after, touched, grown = data.draw(drifts(cls))
        loaded = loads(json.dumps(after).encode(), cls)
        assert loaded is not None
        response, mismatches = loaded
        assert type(response) is cls
        check_untouched(said, plain(response), touched)
        assert all(any(is_within(noted, path) for path in touched | grown) for noted, _ in mismatches)
