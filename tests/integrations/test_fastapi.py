"""What is FastAPI's own about its adapter; the table of cases is in test_table.py."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Body, Depends, FastAPI, HTTPException, Request, Response, WebSocket
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import PlainTextResponse, RedirectResponse, StreamingResponse
from fastapi.testclient import TestClient

from stytch_b2b_async.integrations.fastapi import Auth
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.web import RefusedError, RequestHead, Rule, RuleError, connected_app, machine, member, public

JWT = "__Host-stytch_session_jwt"
SECRET = "whsec_" + "C" * 32
PASSWORD = "wobbly-teapot-orbits-47"


@pytest.fixture
def fake() -> Iterator[FakeStytch]:
    with FakeStytch(roles={"editor": {"invoices": ["update"]}}) as made:
        yield made


@pytest.fixture
def auth(fake: FakeStytch) -> Auth:
    return Auth(fake.client(), organization="{org}")


@pytest.fixture
def app(auth: Auth) -> FastAPI:
    made = FastAPI(lifespan=auth.lifespan)
    auth.install(made)

    @made.get("/{org}/me")
    async def show(org: str, me: Annotated[MemberSession, auth.require(member())]) -> str:
        return me.member_id

    @made.get("/{org}/{what}")
    async def otherwise(org: str, what: str, me: Annotated[MemberSession, auth.require(member())]) -> Any:
        return OTHERWISE[what]()

    return made


async def parts() -> AsyncGenerator[bytes]:
    yield b"one"
    yield b"two"


def fail(error: Exception) -> None:
    raise error


OTHERWISE: dict[str, Callable[[], object]] = {
    "redirect": lambda: RedirectResponse("/elsewhere"),
    "stream": lambda: StreamingResponse(parts()),
    "refusal": lambda: fail(HTTPException(418)),
    "crash": lambda: fail(ZeroDivisionError("planted")),
    "data": lambda: {"some": "data"},
}


@pytest.fixture
def browser(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="https://testserver", raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


def test_a_member_gets_in(browser: TestClient, fake: FakeStytch) -> None:
    assert 401 == browser.get("/acme/me").status_code
    ada = fake.sign_in()
    browser.cookies.update(ada.cookies)
    answer = browser.get("/acme/me")
    assert (200, ada.member.member_id) == (answer.status_code, answer.json())
    assert 403 == browser.get("/other/me").status_code


@pytest.mark.parametrize("what", OTHERWISE)
def test_renewed_cookies(what: str, browser: TestClient, fake: FakeStytch) -> None:
    """A renewed cookie leaves with whatever is answered."""
    browser.cookies.update(fake.sign_in().age(minutes=6).cookies)
    answer = browser.get(f"/acme/{what}")
    assert {"redirect": 307, "refusal": 418, "crash": 500}.get(what, 200) == answer.status_code
    assert answer.headers["set-cookie"].startswith(f"{JWT}=")
    assert ("no-store", "Cookie, Authorization") == (answer.headers["cache-control"], answer.headers["vary"])
    assert 1 == len(fake.calls)


def test_an_override_replaces_equal_rules(app: FastAPI, auth: Auth, browser: TestClient, fake: FakeStytch) -> None:
    grace = fake.sign_in("grace@example.com").member_session
    app.dependency_overrides[auth.require(member())] = lambda: grace
    assert grace.member_id == browser.get("/acme/me").json()
    assert [] == fake.calls


def test_dependencies_are_values(auth: Auth, fake: FakeStytch) -> None:
    """Equal by their rule and Auth, hashable and unchangeable."""
    one, other = auth.require(member(role="editor")), auth.require(member(role="editor"))
    assert (one, hash(one)) == (other, hash(other))
    assert one != auth.require(member())
    assert one != Auth(fake.client(), organization="{org}").require(member(role="editor"))
    with pytest.raises(AttributeError, match="cannot be changed"):
        one.rule = member()
    assert "editor" in repr(one)


def test_a_rule_is_asked_once_per_request(fake: FakeStytch) -> None:
    class Counting(Auth):
        decisions = 0

        async def decide(self, head: RequestHead, rule: Rule[Any]) -> Any:
            self.decisions += 1
            return await super().decide(head, rule)

    auth, app = Counting(fake.client()), FastAPI(dependencies=[])
    auth.install(app)

    def indirectly(me: Annotated[MemberSession, auth.require(member())]) -> str:
        return me.member_id

    @app.get("/", dependencies=[auth.require(member())])
    async def twice(me: Annotated[MemberSession, auth.require(member())], same: Annotated[str, Depends(indirectly)]) -> bool:
        return me.member_id == same

    assert TestClient(app).get("/", headers=fake.sign_in().headers).json() is True
    assert 1 == auth.decisions


def test_openapi_names_the_schemes(auth: Auth) -> None:
    app, router = FastAPI(), APIRouter()
    auth.install(app)
    app.get("/{org}", dependencies=[auth.require(member())])(noop)
    router.post("/{number:int}", dependencies=[auth.require(machine("write:x") | connected_app())])(noop)
    app.include_router(router, prefix="/v1")
    app.get("/welcome", dependencies=[auth.require(member(optional=True, organization=None))])(noop)
    app.get("/health", dependencies=[auth.require(public())])(noop)
    document = app.openapi()
    assert document is app.openapi()
    schemes = document["components"]["securitySchemes"]
    assert ("apiKey", "cookie", JWT) == tuple(schemes["stytch session"][name] for name in ("type", "in", "name"))
    assert ("http", "bearer") == (schemes["stytch token"]["type"], schemes["stytch token"]["scheme"])
    paths = document["paths"]
    assert [{"stytch session": []}, {"stytch token": []}] == paths["/{org}"]["get"]["security"]
    assert [{"stytch token": []}] == paths["/v1/{number}"]["post"]["security"]
    assert [{"stytch session": []}, {"stytch token": []}, {}] == paths["/welcome"]["get"]["security"]
    assert "security" not in paths["/health"]["get"]
    assert "parameters" not in paths["/health"]["get"]


async def noop() -> None: ...


def inner_routes(auth: Auth) -> FastAPI:
    """An application with an included router in another one, a mounted application, and a websocket."""
    app, outer, inner, mounted = FastAPI(), APIRouter(), APIRouter(prefix="/inner"), FastAPI()
    inner.get("/ruled", dependencies=[auth.require(member(organization=None))])(noop)
    inner.get("/open")(noop)
    inner.post("/open")(noop)
    outer.include_router(inner, prefix="/outer")
    app.include_router(outer)
    app.include_router(inner, prefix="/ruled", dependencies=[auth.require(public())])
    mounted.get("/open")(noop)
    mounted.get("/ruled/{org}", dependencies=[auth.require(member())])(noop)
    app.mount("/mounted", mounted)
    app.mount("/static", lambda scope, receive, send: noop())
    app.include_router(auth.webhook_route(secret=SECRET, on_event=print), prefix="/hooks")
    app.get("/health")(noop)

    @app.websocket("/live")
    async def live(socket: WebSocket) -> None: ...

    @app.websocket("/{org}/live")
    async def ruled(socket: WebSocket, me: Annotated[MemberSession, auth.require(member())]) -> None: ...

    return app


def test_routes_without_a_rule_are_listed(auth: Auth) -> None:
    """Wherever they are; the documentation is FastAPI's own."""
    expected = {
        "GET /outer/inner/open",
        "POST /outer/inner/open",
        "GET /mounted/open",
        "* /static",
        "GET /health",
        "WEBSOCKET /live",
    }
    assert expected == auth.without_rule(inner_routes(auth))


class TestStart:
    @pytest.mark.parametrize("way", ["included", "mounted", "websocket"])
    def test_missing_organization_parameter(self, way: str, auth: Auth) -> None:
        """A route must say which organization it is about."""
        app, child = FastAPI(lifespan=auth.lifespan), FastAPI()
        auth.install(app)
        ruled = [auth.require(member())]
        if way == "included":
            router = APIRouter()
            router.get("/invoices", dependencies=ruled)(noop)
            app.include_router(router, prefix="/v1")
        elif way == "mounted":
            child.get("/invoices", dependencies=ruled)(noop)
            app.mount("/v1", child)
        else:
            app.websocket("/v1/invoices", dependencies=ruled)(noop)
        with pytest.raises(RuleError, match="/v1/invoices has no parameter"), TestClient(app):
            pass

    def test_the_parameter_may_be_of_a_prefix(self, auth: Auth) -> None:
        app, child, router = FastAPI(), FastAPI(), APIRouter()
        auth.install(app)
        router.get("/invoices", dependencies=[auth.require(member())])(noop)
        app.include_router(router, prefix="/{org}")
        child.include_router(router)
        app.mount("/mounted/{org}", child)
        with TestClient(app):
            pass

    def test_without_installation_nothing_is_granted(self, auth: Auth, fake: FakeStytch) -> None:
        app = FastAPI()
        app.get("/{org}", dependencies=[auth.require(member())])(noop)
        with pytest.raises(RuntimeError, match="is missing"):
            TestClient(app).get("/acme", headers=fake.sign_in().headers)

    def test_installation_comes_before_the_start(self, auth: Auth) -> None:
        app = FastAPI()
        TestClient(app).get("/")
        with pytest.raises(RuntimeError, match="before the application's start"):
            auth.install(app)


class TestLifespan:
    def test_own(self, auth: Auth) -> None:
        steps: list[str] = []

        @asynccontextmanager
        async def own(app: FastAPI) -> AsyncGenerator[dict[str, int]]:
            steps.append("started")
            yield {"number": 7}
            steps.append("ended")

        with TestClient(FastAPI(lifespan=auth.lifespan(own))) as client:
            assert {"number": 7} == client.app_state
        assert ["started", "ended"] == steps

    def test_an_application_starts_again(self, app: FastAPI, fake: FakeStytch) -> None:
        """As it does in tests, one after the other."""
        for _ in range(2):
            with TestClient(app) as client:
                assert 200 == client.get("/acme/me", headers=fake.sign_in().age(minutes=6).headers).status_code


def test_options_run_neither_rule_nor_body(auth: Auth) -> None:
    app = FastAPI()
    auth.install(app)

    @app.api_route("/{org}", methods=["OPTIONS", "PUT"], dependencies=[auth.require(member())])
    async def body(org: str) -> None:
        raise AssertionError(org)

    answer = TestClient(app).options("/acme")
    assert (204, "OPTIONS, PUT") == (answer.status_code, answer.headers["allow"])


@pytest.mark.parametrize(
    ("sent", "status"),
    [({"json": {"amount": "many"}}, 401), ({"params": {"page": "x"}}, 401), ({}, 401), ({"content": b"{"}, 422)],
    ids=["body", "query", "no body", "not JSON"],
)
def test_rules_precede_validation(auth: Auth, fake: FakeStytch, sent: dict[str, Any], status: int) -> None:
    """Without a session nobody learns what a route takes. A body that is not JSON is parsed first, by FastAPI itself."""
    app = FastAPI(lifespan=auth.lifespan)
    auth.install(app)

    @app.post("/{org}/payments/{number}", dependencies=[auth.require(member())])
    async def pay(org: str, number: int, amount: Annotated[int, Body(embed=True)], page: int = 1) -> str:
        return "paid"

    with TestClient(app, base_url="https://app.example.com") as browser:
        refused = browser.post("/acme/payments/seven", headers={"content-type": "application/json"}, **sent)
        assert status == refused.status_code
        assert "amount" not in refused.text
        browser.headers.update(fake.sign_in("ada@example.com", organization="acme").headers)
        assert 422 == browser.post("/acme/payments/seven", **sent).status_code


def test_synchronous_endpoints(auth: Auth, fake: FakeStytch) -> None:
    app = FastAPI()
    auth.install(app)

    @app.get("/{org}")
    def show(org: str, me: Annotated[MemberSession, auth.require(member())]) -> str:
        return me.organization_slug

    assert "acme" == TestClient(app).get("/acme", headers=fake.sign_in().headers).json()


def test_a_blocking_client_checks_in_a_thread(fake: FakeStytch) -> None:
    app = FastAPI()
    with fake.blocking_client() as client:
        auth = Auth(client)
        auth.install(app)
        app.get("/", dependencies=[auth.require(member())])(noop)
        assert 200 == TestClient(app).get("/", headers=fake.sign_in().age(minutes=6).headers).status_code


def test_login_and_logout(fake: FakeStytch) -> None:
    """By the ready-made routes, below a prefix with a parameter."""
    auth, app = Auth(fake.client(), organization="{org}"), FastAPI()
    auth.install(app)
    app.include_router(auth.login_routes(after="/home"), prefix="/{org}/auth")
    app.get("/{org}/me", dependencies=[auth.require(member())])(noop)
    with fake.blocking_client() as client:
        fake.sign_in("ada@example.com", organization="acme")
        client.passwords.email.reset_start(organization_id="acme", email_address="ada@example.com")
        client.passwords.email.reset(password_reset_token=fake.outbox.last().token, password=PASSWORD)
    browser = TestClient(app, base_url="https://testserver", headers={"Origin": "https://testserver"}, follow_redirects=False)
    assert "/acme/auth/login/password" in browser.get("/acme/auth/login").text
    assert (200, "") == ((head := browser.head("/acme/auth/login")).status_code, head.text)
    credentials = {"email_address": "ada@example.com", "organization": "acme", "password": PASSWORD}
    assert 401 == browser.post("/acme/auth/login/password", data={**credentials, "password": "a guess"}).status_code
    answer = browser.post("/acme/auth/login/password", data=credentials)
    assert (303, "/home") == (answer.status_code, answer.headers["location"])
    assert 200 == browser.get("/acme/me").status_code
    assert 303 == browser.post("/acme/auth/logout").status_code
    assert 401 == browser.get("/acme/me").status_code
    assert "/{org}/auth/login" not in app.openapi()["paths"]
    assert set() == auth.without_rule(app)


class TestMiddleware:
    """Of the application: it runs inside of what writes the cookies."""

    def test_a_base_http_middleware(self, app: FastAPI, fake: FakeStytch) -> None:
        @app.middleware("http")
        async def stamp(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
            response = await call_next(request)
            response.headers["X-Stamp"] = "yes"
            return response

        browser = TestClient(app, base_url="https://testserver", cookies=fake.sign_in().age(minutes=6).cookies)
        answer = browser.get("/acme/stream")
        assert ("onetwo", "yes") == (answer.text, answer.headers["x-stamp"])
        assert answer.headers["set-cookie"].startswith(f"{JWT}=")

    def test_cross_origin_requests_may_read_refusals(self, auth: Auth, fake: FakeStytch) -> None:
        """Preflights are answered before any rule is asked."""
        app, other = FastAPI(), {"Origin": "https://other.example"}
        auth.install(app)
        app.add_middleware(CORSMiddleware, allow_origins=["https://other.example"], allow_methods=["PUT"])
        app.put("/{org}", dependencies=[auth.require(member())])(noop)
        client = TestClient(app)
        assert 200 == client.options("/acme", headers={**other, "Access-Control-Request-Method": "PUT"}).status_code
        refused = client.put("/acme", headers=other)
        assert (401, "https://other.example") == (refused.status_code, refused.headers["access-control-allow-origin"])
        assert [] == fake.calls


@pytest.mark.parametrize("twice", [True, False], ids=["installed too", "not installed"])
def test_mounted_application(auth: Auth, fake: FakeStytch, *, twice: bool) -> None:
    """It is part of the application that it is mounted in; to install it too is harmless."""
    app, child = FastAPI(), FastAPI()
    auth.install(app)
    if twice:
        auth.install(child)
    child.get("/me", dependencies=[auth.require(member())])(noop)
    app.mount("/{org}", child)
    client = TestClient(app, base_url="https://testserver")
    assert 401 == client.get("/acme/me").status_code
    client.cookies.update(fake.sign_in().age(minutes=6).cookies)
    answer = client.get("/acme/me")
    assert (200, 1) == (answer.status_code, len(answer.headers.get_list("set-cookie")))


def test_own_refusal_handler(app: FastAPI, auth: Auth, fake: FakeStytch) -> None:
    """An application may answer refusals itself."""

    @app.exception_handler(RefusedError)
    async def refused(request: Request, error: Exception) -> Response | None:
        assert isinstance(error, RefusedError)
        return PlainTextResponse("no", 403) if error.refused.status == 403 else await auth.refuse(request, error)

    browser = TestClient(app)
    assert "application/problem+json" == browser.get("/acme/me").headers["content-type"]
    assert "no" == browser.get("/other/me", headers=fake.sign_in().headers).text
