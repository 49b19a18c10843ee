"""What is Quart's own about its adapter; the table of cases is in test_table.py."""

from collections.abc import AsyncIterator, Iterator

import pytest
from blockbuster import BlockBuster
from quart import Quart, Response, redirect, websocket
from quart.testing.app import LifespanError
from quart.typing import ResponseReturnValue

from stytch_b2b_async.integrations.quart import Auth, current_session
from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.testing.fake.credentials import SignedIn
from stytch_b2b_async.web import member

SECRET = "whsec_" + "C" * 32


@pytest.fixture
def fake() -> Iterator[FakeStytch]:
    with FakeStytch() as made:
        yield made


@pytest.fixture
def ada(fake: FakeStytch) -> SignedIn:
    return fake.sign_in()


@pytest.fixture
def stale(fake: FakeStytch) -> list[SignedIn]:
    """Members whose JWTs must be renewed."""
    members = [fake.sign_in() for _ in range(4)]
    for each in members:
        each.age(minutes=6)
    return members


@pytest.fixture
async def auth(fake: FakeStytch) -> AsyncIterator[Auth]:
    client = fake.client()
    yield Auth(client, organization="{org}")
    await client.close()


@pytest.fixture
def app(auth: Auth) -> Quart:
    made = Quart(__name__)
    auth.init_app(made)
    return made


@pytest.fixture(autouse=True)
def loops_do_not_block(_blockbuster: BlockBuster) -> Iterator[BlockBuster]:  # Quart itself looks for its files while it is set up
    _blockbuster.deactivate()
    yield _blockbuster
    _blockbuster.activate()


def cookie(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


async def test_views_know_who_passed(auth: Auth, app: Quart, ada: SignedIn) -> None:
    @app.get("/<org>/coroutine")
    @auth.require(member())
    async def coroutine(org: str) -> str:
        return f"{org} {current_session.member_id}"

    @app.get("/<org>/function")
    @auth.require(member())
    def function(org: str) -> str:
        return f"{org} {current_session.member_id}"

    for path in ("coroutine", "function"):
        refused = await app.test_client().get(f"/acme/{path}")
        assert (401, "Bearer") == (refused.status_code, refused.headers["WWW-Authenticate"])
        answered = await app.test_client().get(f"/acme/{path}", headers=ada.headers)
        assert f"acme {ada.member.member_id}" == await answered.get_data(as_text=True)


async def test_renewed_cookies(auth: Auth, app: Quart, stale: list[SignedIn]) -> None:
    """Renewed cookies leave with whatever is sent. A redirect, a stream and an exception."""

    @app.get("/<org>/elsewhere")
    @auth.require(member())
    async def elsewhere(org: str) -> ResponseReturnValue:
        return redirect("/", 303)

    @app.get("/<org>/stream")
    @auth.require(member())
    async def stream(org: str) -> ResponseReturnValue:
        async def parts() -> AsyncIterator[bytes]:
            yield b"x"

        return Response(parts())

    @app.get("/<org>/broken")
    @auth.require(member())
    async def broken(org: str) -> ResponseReturnValue:
        raise RuntimeError

    for path, status in {"elsewhere": 303, "stream": 200, "broken": 500}.items():
        answered = await app.test_client(use_cookies=False).get(f"/acme/{path}", headers={"Cookie": cookie(stale.pop().cookies)})
        assert (status, "no-store") == (answered.status_code, answered.headers["Cache-Control"])
        assert "stytch_session_jwt" in answered.headers["Set-Cookie"]


async def test_websockets(auth: Auth, app: Quart, ada: SignedIn) -> None:
    @app.websocket("/<org>/live")
    @auth.require(member())
    async def live(org: str) -> None:
        await websocket.send(f"{org} {current_session.member_id}")

    async with app.test_client().websocket("/acme/live", headers=ada.headers) as socket:
        assert f"acme {ada.member.member_id}" == await socket.receive()


async def test_routes_without_a_rule_are_listed(auth: Auth, app: Quart) -> None:
    @app.get("/health")
    async def health() -> str:
        return ""

    @app.websocket("/live")
    async def live() -> None: ...

    @app.get("/<org>/ruled")
    @auth.require(member())
    async def ruled(org: str) -> str:
        return org

    app.register_blueprint(auth.login_routes(after="/"), url_prefix="/auth")
    app.register_blueprint(auth.webhook_route("/hooks", secret=SECRET, on_event=print))
    assert {"GET /health", "WEBSOCKET /live", "GET /static/<path:filename>"} == auth.without_rule(app)


async def test_missing_organization_parameter(auth: Auth, app: Quart) -> None:
    """A route must say which organization it is about."""

    @app.get("/invoices")
    @auth.require(member())
    async def view() -> str:
        return ""

    with pytest.raises(LifespanError, match="GET /invoices has no parameter"):
        async with app.test_app():
            pass


async def test_options_run_neither_rule_nor_body(auth: Auth, app: Quart) -> None:
    @app.route("/<org>", methods=["PUT", "OPTIONS"], provide_automatic_options=False)
    @auth.require(member())
    async def body(org: str) -> str:
        raise AssertionError(org)

    answered = await app.test_client().options("/acme")
    assert (204, "OPTIONS, PUT") == (answered.status_code, answered.headers["Allow"])


async def test_a_large_body_is_refused(auth: Auth, app: Quart) -> None:
    """Webhooks have at most 1 MiB."""
    app.register_blueprint(auth.webhook_route("/hooks", secret=SECRET, on_event=print))
    assert 413 == (await app.test_client().post("/hooks", data=b"x" * (2**20 + 1))).status_code
