"""The OpenAPI document says what the declarations say, in the words of its standard."""

import json
import re
import subprocess
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from support.arguments import arguments
from support.endpoints import RESPONSES
from support.replies import full, minimal

from stytch_b2b_async.catalog import EndpointInfo, endpoints
from stytch_b2b_async.config import Config
from stytch_b2b_async.emulator.errors import OAuthError, error_body, missing
from stytch_b2b_async.endpoint import Body, Host
from stytch_b2b_async.openapi import document
from stytch_b2b_async.schema import Location, models_of
from stytch_b2b_async.wire import encode

DOCUMENT = document()
OPERATIONS: dict[str, Any] = {
    operation["operationId"]: operation for methods in DOCUMENT["paths"].values() for operation in methods.values()
}
CONFIG = Config.resolve("project-test-1", "secret-test-1", "https://api.example.com", None)

each_endpoint = pytest.mark.parametrize("info", endpoints().values(), ids=lambda info: info.operation)


def mismatches(value: Any, schema: Any) -> list[str]:
    """Validate JSON, and list what does not match."""
    described = {"$ref": schema} if isinstance(schema, str) else schema
    validator = OAS31Validator({**described, "components": DOCUMENT["components"]})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def parameters(info: EndpointInfo, location: str) -> dict[str, Any]:
    return {each["name"]: each for each in OPERATIONS[info.operation]["parameters"] if each["in"] == location}


def content(info: EndpointInfo) -> Any:
    assert info.body is not None
    return OPERATIONS[info.operation]["requestBody"]["content"][info.body.value]


def schema(name: str) -> Any:
    return DOCUMENT["components"]["schemas"][name]


class TestDocument:
    def test_validity(self) -> None:
        """The document is valid OpenAPI 3.1."""
        assert [] == [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()]

    def test_operations(self) -> None:
        """Each endpoint is an operation, at its path and with its method."""
        listed = {
            (path, method, each["operationId"]) for path, methods in DOCUMENT["paths"].items() for method, each in methods.items()
        }
        assert {(info.path, info.method.lower(), info.operation) for info in endpoints().values()} == listed
        assert {tag["name"] for tag in DOCUMENT["tags"]} == {tag for each in OPERATIONS.values() for tag in each["tags"]}

    def test_every_call_makes_the_same_document(self) -> None:
        """Nobody's changes show in another one's document."""
        document()["components"]["securitySchemes"].clear()
        document()["paths"]["/v1/b2b/passwords/authenticate"]["post"]["responses"].clear()
        assert json.dumps(DOCUMENT) == json.dumps(document())

    def test_hosts(self) -> None:
        """Fraud endpoints have a host of their own, unless all calls go to an emulator or a gateway."""
        assert ["https://test.stytch.com", "https://api.stytch.com"] == [each["url"] for each in DOCUMENT["servers"]]
        fraud = {
            operation for operation, each in OPERATIONS.items() if each.get("servers") == [{"url": "https://telemetry.stytch.com"}]
        }
        assert {info.operation for info in endpoints().values() if info.host is Host.FRAUD} == fraud
        emulated = json.dumps(document("http://127.0.0.1:8000"))
        assert '"servers": [{"url": "http://127.0.0.1:8000"}]' in emulated
        assert "telemetry.stytch.com" not in emulated

    def test_credentials(self) -> None:
        """Every call takes the project's; a client's own, in the body, are enough for two, and the keys are public."""
        assert {"project", "client"} == DOCUMENT["components"]["securitySchemes"].keys()
        assert [{"project": []}] == DOCUMENT["security"]
        others = {operation for operation, each in OPERATIONS.items() if "security" in each}
        assert {"m2m.token", "idp.introspect_token_network", "sessions.get_jwks"} == others

    def test_components_are_used(self) -> None:
        """Each schema and response is referred to, and each reference leads to one."""
        for kind in ("schemas", "responses"):
            used = set(re.findall(rf'"#/components/{kind}/([^"]+)"', json.dumps(DOCUMENT)))
            assert DOCUMENT["components"][kind].keys() == used

    def test_imports(self) -> None:
        """No client is needed to write it."""
        script = "from stytch_b2b_async.openapi import document; document(); import sys; print('aiohttp' in sys.modules)"
        run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)  # noqa: S603
        assert "False\n" == run.stdout


@each_endpoint
class TestOperation:
    def test_parameters(self, info: EndpointInfo) -> None:
        """Every parameter is where it travels, under its name there, with a description."""
        placeholders = re.findall(r"\{(\w+)\}", info.path)
        assert sorted(placeholders) == sorted(parameters(info, "path"))
        assert all(each["required"] for each in parameters(info, "path").values())
        query = {each.wire_name: each.required for each in info.parameters if each.location is Location.QUERY}
        assert query == {name: each["required"] for name, each in parameters(info, "query").items()}
        session = {"X-Stytch-Member-Session", "X-Stytch-Member-SessionJWT"} if info.member_may_act else set()
        assert session == parameters(info, "header").keys()
        assert all(each["description"] for each in OPERATIONS[info.operation]["parameters"])

    def test_body(self, info: EndpointInfo) -> None:
        """The body has every parameter that travels there."""
        inner = {each.wire_name: each for each in info.parameters if each.location is Location.BODY}
        if info.body is None:
            assert "requestBody" not in OPERATIONS[info.operation]
            assert {} == inner
            return
        described = content(info)["schema"]
        assert {*inner, *info.constant_body} == described["properties"].keys()
        assert {name for name, each in inner.items() if each.required} | info.constant_body.keys() == set(described["required"])
        assert all(described["properties"][name]["description"] == each.description for name, each in inner.items())

    @pytest.mark.parametrize("optional", [True, False])
    def test_requests_match(self, info: EndpointInfo, *, optional: bool) -> None:
        """What the client sends is what the document describes."""
        call = encode(info.request(**arguments(info.request, optional=optional)), CONFIG)
        query = parse_qs(urlsplit(call.url).query)
        assert query.keys() <= parameters(info, "query").keys()
        assert {name for name, each in parameters(info, "query").items() if each["required"]} <= query.keys()
        if info.body is Body.JSON:
            assert [] == mismatches(json.loads(call.body or b""), content(info)["schema"])
        elif info.body is Body.FORM:
            form = {name: value for name, (value,) in parse_qs((call.body or b"").decode()).items()}
            assert [] == mismatches(form, content(info)["schema"])

    def test_examples(self, info: EndpointInfo) -> None:
        """Examples are valid, whole and field by field."""
        answer = OPERATIONS[info.operation]["responses"]["200"]["content"]["application/json"]
        assert [] == mismatches(answer["example"], answer["schema"])
        if info.body is not None:
            described = content(info)["schema"]
            assert [] == mismatches(content(info)["example"], described)
            for each in described["properties"].values():
                assert [] == [wrong for example in each.get("examples", ()) for wrong in mismatches(example, each)]

    def test_responses(self, info: EndpointInfo) -> None:
        """Success, the errors that a call may meet, and whatever else the API answers."""
        oauth = info.operation in {"m2m.token", "idp.introspect_token_network"}
        statuses = OPERATIONS[info.operation]["responses"].keys()
        assert {"200", "default"} <= statuses
        assert oauth or {"400", "401", "429", "5XX"} <= statuses
        assert info.member_may_act == ("403" in statuses)

    def test_text(self, info: EndpointInfo) -> None:
        """It reads as prose about the API: nothing of Python's, and no list of parameters."""
        described = OPERATIONS[info.operation]
        assert info.summary == described["summary"]
        assert info.url == described["externalDocs"]["url"]
        assert not re.search(r"Raises|^See |^- `", described["description"], re.MULTILINE)


class TestSchemas:
    @pytest.mark.parametrize("cls", RESPONSES, ids=lambda cls: f"{cls.__module__.partition('.api.')[2]}.{cls.__name__}")
    def test_replies_match(self, cls: Any) -> None:
        """A reply is valid with all fields, with those only that are always there, and with whatever the API adds."""
        info = next(each for each in endpoints().values() if each.response is cls)
        described = OPERATIONS[info.operation]["responses"]["200"]["content"]["application/json"]["schema"]
        assert [] == mismatches(full(cls), described)
        assert [] == mismatches(minimal(cls), described)
        assert [] == mismatches({**full(cls), "new": 1}, described)
        assert [] != mismatches({**full(cls), "request_id": 5}, described)

    def test_every_object_is_a_component(self) -> None:
        """No two classes share a schema, and each field is described."""
        models = {model for response in RESPONSES for model in models_of(response)}
        described = DOCUMENT["components"]["schemas"]
        assert len(models) <= len(described)
        fields = {(name, field): each["properties"][field] for name, each in described.items() for field in each["properties"]}
        assert [] == [place for place, each in fields.items() if not each["description"]]

    def test_known_words_are_open(self) -> None:
        """A documented word is listed; another one is valid."""
        policy = schema("Organization")["properties"]["mfa_policy"]
        assert [{"type": "string", "enum": ["OPTIONAL", "REQUIRED_FOR_ALL"]}, {"type": "string"}] == policy["anyOf"][:2]
        assert [] == mismatches("NEW_POLICY", policy)
        assert [] != mismatches(1, policy)

    def test_null(self) -> None:
        """What a reply may leave unset may be null in it; a request leaves it out."""
        assert ["string", "null"] == schema("passwords.email.RequireResetResponse")["properties"]["member_id"]["type"]
        member = schema("passwords.email.RequireResetResponse")["properties"]["member"]
        assert [{"$ref": "#/components/schemas/Member"}, {"type": "null"}] == member["anyOf"]
        assert "string" == content(endpoints()["passwords.email.require_reset"])["schema"]["properties"]["member_id"]["type"]

    def test_bounds_and_secrets(self) -> None:
        properties = content(endpoints()["passwords.authenticate"])["schema"]["properties"]
        assert (5, 527_040) == (
            properties["session_duration_minutes"]["minimum"],
            properties["session_duration_minutes"]["maximum"],
        )
        assert "password" == properties["password"]["format"]
        assert "format" not in properties["organization_id"]
        assert "date-time" == schema("MemberSession")["properties"]["expires_at"]["format"]

    def test_names_on_the_wire(self) -> None:
        """Names, joined lists and other keys are as they travel."""
        introspected = schema("idp.IntrospectTokenNetworkResponse")
        assert "https://stytch.com/organization" in introspected["properties"]
        assert "additionalProperties" in introspected
        assert "custom_claims" not in introspected["properties"]
        token = content(endpoints()["m2m.token"])["schema"]["properties"]
        assert ("string", "client_credentials") == (token["scope"]["type"], token["grant_type"]["const"])


class TestErrors:
    def test_bodies_match(self) -> None:
        """The emulator's errors are valid."""
        assert [] == mismatches(error_body(missing("member"), "request-id-test-1"), "#/components/schemas/NotFoundError")
        oauth = error_body(OAuthError("invalid_client", "Wrong secret.", 401), "request-id-test-1")
        assert [] == mismatches(oauth, "#/components/schemas/OAuthError")

    def test_known_types_are_open(self) -> None:
        """The types that have an exception of their own are listed with their status."""
        known = schema("BadRequestError")["properties"]["error_type"]["anyOf"]
        assert {"weak_password", "breached_password", "search_timeout"} <= set(known[0]["enum"])
        assert {"type": "string"} == known[1]
        assert "member_not_found" in schema("NotFoundError")["properties"]["error_type"]["anyOf"][0]["enum"]
        assert "Retry-After" in DOCUMENT["components"]["responses"]["RateLimitError"]["headers"]
