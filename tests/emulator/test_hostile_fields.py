"""Every endpoint, with fields that are missing, of other types, too large, or about somebody else: refused, and nothing changes.

A few hundred requests here; `HOSTILE_REQUESTS=20000`, as in `nox -s hostile`, makes more.
"""

import json
import os
import random
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.pure_api import PureAPI

from stytch_b2b_async.catalog import EndpointInfo, endpoints
from stytch_b2b_async.emulator import Message
from stytch_b2b_async.emulator.control.logins import DirectLogin, log_in_directly
from stytch_b2b_async.emulator.project import State
from stytch_b2b_async.emulator.routes import all_routes
from stytch_b2b_async.endpoint import Body
from stytch_b2b_async.logins import LoggedIn
from stytch_b2b_async.schema import FreeForm, ListOf, Location, MapOf, ObjectOf, Scalar, Shape, fields_of

REQUESTS = int(os.environ.get("HOSTILE_REQUESTS", "300"))
EMULATED = [endpoints()[route.request.operation] for route in all_routes() if route.handler]
PASSWORD = "wobbly-teapot-orbits-47"
TOKEN = "x" * 44
COUNTED = {"otp_code_not_found", "invalid_recovery_code", "totp_code_used_as_recovery_code", "totp_code_already_authenticated"}
"""Errors that count as a failed login, beside those with status 401."""
OTHER_UUID = "11111111-1111-4111-8111-111111111111"


@attrs.frozen(repr=False)
class Site:
    """A project with two tenants."""

    api: PureAPI
    exported: State
    ada: LoggedIn
    eve: LoggedIn
    """A member of another organization."""

    @classmethod
    def make(cls) -> "Site":
        api = PureAPI()
        ada = api.service.run(lambda project: log_in_directly(project, DirectLogin(email_address="ada@example.com")))
        eve = api.service.run(
            lambda project: log_in_directly(project, DirectLogin(email_address="eve@example.com", organization="other"))
        )
        return cls(api, api.project.export(), ada, eve)

    def state(self) -> tuple[str, list[Message]]:
        """Return everything that a call can change."""
        return self.api.project.store.dump(), list(self.api.project.outbox)

    def known(self) -> Mapping[str, Any]:
        """Return values that exist, by the names of parameters."""
        return {
            "organization_id": self.ada.organization.organization_id,
            "member_id": self.ada.member.member_id,
            "member_session_id": self.ada.member_session.member_session_id,
            "session_token": self.ada.session_token,
            "email_address": "ada@example.com",
            "password": PASSWORD,
            "new_password": PASSWORD,
            "project_id": self.api.project.project_id,
            "organization_name": "Acme",
            "session_duration_minutes": 60,
            "limit": 10,
            "code": "123456",
        }

    def strangers(self) -> list[str]:
        """Return ids of others: another tenant's, unknown ones, those of another environment."""
        theirs = [self.eve.organization.organization_id, self.eve.member.member_id, self.eve.member_session.member_session_id]
        kinds = ["organization", "member", "session", "m2m-client", "connected-app", "saml-connection", "email", "phone-number"]
        return [*theirs, *(f"{kind}-{environment}-{OTHER_UUID}" for kind in kinds for environment in ("test", "live"))]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    made = Site.make()
    yield made
    made.api.project.store.close()


def plausible(shape: Shape, name: str, known: Mapping[str, Any]) -> Any:
    """Return a value that might be right."""
    if name in known:
        return known[name]
    match shape:
        case ListOf(item=item):
            return [plausible(item, "", known)]
        case FreeForm() | MapOf():
            return {}
        case ObjectOf(model=model):
            return {field.wire_name: plausible(field.shape, field.name, known) for field in fields_of(model) if field.required}
        case Scalar(type="string", known_values=values):
            return values[0] if values else TOKEN if name.endswith(("token", "verifier", "challenge")) else "x"
        case Scalar(type=kind):
            return {"boolean": False, "integer": 7, "number": 0.5}[kind]


ODD: list[Any] = [
    None, True, 0, -1, 2**31, 2**63, 10**30, 1.5, float("nan"), "", " ", "x" * 100_000, "\0", "é", "\ud800", "..", "../x", "%2e%2e",
    "' OR 1=1 --", "<script>", [], [[]], [None], ["x"] * 5_000, {}, {"": None}, {"a": {"b": {"c": [{}]}}}, [{}], [5],
]  # fmt: skip


def attack(endpoint: EndpointInfo, site: Site, chance: random.Random) -> tuple[dict[str, Any], set[str]]:
    """Choose the arguments of an endpoint, some of which are wrong, and the names of those left out."""
    fields = [field for field in fields_of(endpoint.request) if field.location is not Location.HEADERS]
    known = site.known()
    arguments = {
        field.name: plausible(field.shape, field.name, known) for field in fields if field.required or chance.random() < 0.5
    }
    wrong = chance.sample([field.name for field in fields], min(len(fields), chance.randint(0, 3)))
    left_out = {name for name in wrong if chance.random() < 0.2}
    values = [*ODD, *site.strangers()]
    arguments.update({name: chance.choice(values) for name in wrong if name not in left_out})
    return arguments, left_out


def send(
    site: Site, endpoint: EndpointInfo, arguments: Mapping[str, Any], left_out: set[str], **headers: str
) -> tuple[int, dict[str, Any]]:
    """Send arguments where they belong, unchecked."""
    path, query, body = endpoint.path, dict[str, Any](), dict[str, Any](endpoint.constant_body)
    for field in fields_of(endpoint.request):
        if field.location is Location.PATH:
            path = path.replace(f"{{{field.name}}}", quote(str(arguments.get(field.name, "")).encode("utf-8", "replace"), safe=""))
        if field.name not in arguments or field.name in left_out:
            continue
        if field.location is Location.QUERY:
            query[field.wire_name] = str(arguments[field.name]).encode("utf-8", "replace")
        elif field.location is Location.BODY:
            body[field.wire_name] = arguments[field.name]
    sent = b"" if endpoint.body is None else json.dumps(body).encode()
    if endpoint.body is Body.FORM:
        sent, headers = urlencode(body, errors="replace").encode(), {"content_type": "application/x-www-form-urlencoded", **headers}
    response = site.api.send(endpoint.method, path, sent, urlencode(query), **headers)
    found = json.loads(response.body)
    assert isinstance(found, dict)
    return int(response.status), found


def check_refusal(status: int, body: Mapping[str, Any]) -> None:
    assert 400 <= status < 500 or status == 501, body
    assert status == body["status_code"]
    names = set(body) - {"status_code", "request_id"}
    assert names in ({"error_type", "error_message", "error_url"}, {"error", "error_description", "error_uri"})
    assert len(json.dumps(body)) < 3_000


@settings(
    max_examples=REQUESTS,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(operation=st.sampled_from([endpoint.operation for endpoint in EMULATED]), seed=st.integers(0, 2**64))
def test_hostile_fields(site: Site, operation: str, seed: int) -> None:
    """4xx in the API's shape, and the state as it was; what is answered was valid after all."""
    endpoint, chance = endpoints()[operation], random.Random(seed)  # noqa: S311  # chooses what is sent
    arguments, left_out = attack(endpoint, site, chance)
    session = chance.choice([None, site.ada.session_token, site.eve.session_token, TOKEN, "é", ""])
    headers = {} if session is None or not endpoint.member_may_act else {"x_stytch_member_session": session}
    before = site.state()
    status, body = send(site, endpoint, arguments, left_out, **headers)
    if status != 200:
        check_refusal(status, body)
        if status not in {401, 429} and body.get("error_type") not in COUNTED:
            assert before == site.state(), endpoint.operation
    if before != site.state():
        site.api.service.run(lambda project: project.load(site.exported))


BROKEN: list[tuple[bytes, str | None]] = [
    (b"{", None), (b"[]", None), (b"null", None), (b'"x"', None), (b"5", None), (b"\xff", None), (b"{}{}", None), (b"a=b", None),
    (b"{}", "text/plain"), (b"{}", "application/x-www-form-urlencoded"), (b"{}", "application/json; charset=utf-8"), (b"{}", "é"),
    (b"{}", "multipart/form-data; boundary=x"), (b"{}", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    "endpoint", [endpoint for endpoint in EMULATED if endpoint.body is Body.JSON], ids=lambda one: one.operation
)
def test_broken_bodies(site: Site, endpoint: EndpointInfo) -> None:
    """Neither broken JSON nor another content type reaches an endpoint."""
    path = endpoint.path
    for field in fields_of(endpoint.request):
        if field.location is Location.PATH:
            path = path.replace(f"{{{field.name}}}", str(plausible(field.shape, field.name, site.known())))
    before = site.state()
    for body, content_type in BROKEN:
        headers = {} if content_type is None else {"content_type": content_type}
        response = site.api.send(endpoint.method, path, body, "", **headers)
        check_refusal(int(response.status), json.loads(response.body))
        assert 400 == response.status
    assert before == site.state()


@pytest.mark.parametrize("endpoint", EMULATED, ids=lambda one: one.operation)
def test_required_fields(site: Site, endpoint: EndpointInfo) -> None:
    """None may be missing, null, or of another type."""
    fields = [field for field in fields_of(endpoint.request) if field.required and field.location is Location.BODY]
    known = site.known()
    for field in fields:
        arguments = {
            other.name: plausible(other.shape, other.name, known) for other in fields_of(endpoint.request) if other.required
        }
        wrong = [5, True, {}] if isinstance(field.shape, Scalar) and field.shape.type == "string" else ["x", 5]
        for value in [None, *wrong]:
            before = site.state()
            left_out = {field.name} if value is None else set[str]()
            status, body = send(site, endpoint, {**arguments, field.name: value}, left_out)
            check_refusal(status, body)
            assert 400 == status, (field.name, value, body)
            assert before == site.state()
