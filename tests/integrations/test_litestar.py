"""What is Litestar's own about its adapter; the table of cases is in test_table.py."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from integrations.litestar_names import FromPath, NamedDependency
from litestar import Controller, Litestar, WebSocket, get, post, route, websocket
from litestar.testing import TestClient

from stytch_b2b_async.integrations.litestar import Auth
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.web import RuleError, member

SECRET = "whsec_" + "C" * 32


@pytest.fixture
def fake() -> Iterator[FakeStytch]:
    with FakeStytch() as made:
        yield made


@pytest.fixture
def auth(fake: FakeStytch) -> Auth:
    return Auth(fake.client(), organization="{org}")


def started(auth: Auth, *handlers: Any) -> TestClient[Litestar]:
    return TestClient(Litestar(list(handlers), plugins=[auth], logging_config=None))


@pytest.mark.filterwarnings("ignore:.*(Inferred dependency|inferred style):DeprecationWarning")
def test_handlers_take_who_passed(auth: Auth, fake: FakeStytch) -> None:
    """As `me`, with or without the annotation that Litestar 3 asks for, in functions and controllers."""
    guards: list[Any] = [auth.require(member())]

    @get("/{org:str}/named", guards=guards)
    async def named(org: FromPath[str], me: NamedDependency[MemberSession]) -> str:
        return f"{org} {me.member_id}"

    @get("/{org:str}/inferred", guards=guards)
    async def inferred(org: str, me: MemberSession) -> str:
        return f"{org} {me.member_id}"

    class Invoices(Controller):
        path = "/{org:str}/controller"
        guards = [auth.require(member())]  # noqa: RUF012  # as Litestar has it

        @get()
        async def listed(self, org: FromPath[str], me: NamedDependency[MemberSession]) -> str:
            return f"{org} {me.member_id}"

    ada = fake.sign_in()
    with started(auth, named, inferred, Invoices) as client:
        for path in ("named", "inferred", "controller"):
            refused = client.get(f"/acme/{path}")
            assert (401, "Bearer") == (refused.status_code, refused.headers["WWW-Authenticate"])
            assert f"acme {ada.member.member_id}" == client.get(f"/acme/{path}", headers=ada.headers).text


def test_controller_guards(auth: Auth, fake: FakeStytch) -> None:
    """Handlers of a controller have guards of their own.

    Litestar copies them with their guards, but not the Auth: what it remembers is shared.
    """

    class Invoices(Controller):
        path = "/{org:str}/invoices"

        @get(guards=[auth.require(member())])
        async def listed(self, me: NamedDependency[MemberSession]) -> str:
            return me.member_id

    ada = fake.sign_in()
    with started(auth, Invoices) as client:
        assert 401 == client.get("/acme/invoices").status_code
        assert ada.member.member_id == client.get("/acme/invoices", headers=ada.headers).text
        auth.sessions.end(ada.member_session.member_session_id)
        assert 401 == client.get("/acme/invoices", headers=ada.headers).status_code


def test_websockets(auth: Auth, fake: FakeStytch) -> None:
    @websocket("/{org:str}", guards=[auth.require(member())])
    async def live(socket: WebSocket[Any, Any, Any], me: NamedDependency[MemberSession]) -> None:
        await socket.accept()
        await socket.send_text(me.member_id)
        await socket.close()

    ada = fake.sign_in()
    with started(auth, live) as client, client.websocket_connect("/acme", headers=ada.headers) as socket:
        assert ada.member.member_id == socket.receive_text()


def test_equal_rules_are_equal_guards(auth: Auth) -> None:
    assert auth.require(member(role="admin")) == auth.require(member(role="admin"))
    assert auth.require(member(role="admin")) != auth.require(member())


def test_routes_without_a_rule_are_listed(auth: Auth) -> None:
    @get("/health")
    async def health() -> None: ...

    class Ruled(Controller):
        path = "/{org:str}/ruled"
        guards = [auth.require(member())]  # noqa: RUF012  # as Litestar has it

        @post()
        async def create(self) -> None: ...

    hooks = auth.webhook_route("/hooks", secret=SECRET, on_event=print)
    app = Litestar([health, Ruled, auth.login_routes(after="/"), hooks], plugins=[auth], logging_config=None)
    assert {"GET /health"} == auth.without_rule(app)


def test_missing_organization_parameter(auth: Auth) -> None:
    """A route must say which organization it is about."""

    @get("/invoices", guards=[auth.require(member())])
    async def invoices() -> None: ...

    with pytest.RaisesGroup(pytest.RaisesExc(RuleError, match="GET /invoices has no parameter")), started(auth, invoices):
        pass


def test_options_run_neither_rule_nor_body(auth: Auth) -> None:
    @route("/{org:str}", http_method=["PUT", "OPTIONS"], status_code=200, guards=[auth.require(member())])
    async def body(org: FromPath[str]) -> str:
        raise AssertionError(org)

    with started(auth, body) as client:
        answered = client.options("/acme")
    assert (204, "OPTIONS, PUT") == (answered.status_code, answered.headers["Allow"])


def test_a_large_body_is_refused(auth: Auth) -> None:
    """Webhooks have at most 1 MiB."""
    with started(auth, auth.webhook_route("/hooks", secret=SECRET, on_event=print)) as client:
        assert 413 == client.post("/hooks", content=io.BytesIO(b"x" * (2**20 + 1))).status_code
