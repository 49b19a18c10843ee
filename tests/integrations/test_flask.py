"""What is Flask's own about its adapter; the table of cases is in test_table.py."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response, redirect, stream_with_context
from flask.typing import ResponseReturnValue
from flask.views import MethodView

from stytch_b2b_async.integrations.flask import Auth, current_session
from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.web import RuleError, member, public

SECRET = "whsec_" + "C" * 32


@pytest.fixture
def fake() -> Iterator[FakeStytch]:
    with FakeStytch() as made:
        yield made


@pytest.fixture
def auth(fake: FakeStytch) -> Iterator[Auth]:
    with fake.blocking_client() as client:
        yield Auth(client, organization="{org}")


@pytest.fixture
def app(auth: Auth) -> Flask:
    made = Flask(__name__)
    auth.init_app(made)
    return made


def test_views_know_who_passed(auth: Auth, app: Flask, fake: FakeStytch) -> None:
    @app.get("/<org>/function")
    @auth.require(member())
    def function(org: str) -> str:
        return f"{org} {current_session.member_id}"

    @app.get("/<org>/coroutine")
    @auth.require(member())
    async def coroutine(org: str) -> str:
        return f"{org} {current_session.member_id}"

    class AsClass(MethodView):
        decorators = [auth.require(member())]  # noqa: RUF012  # as Flask has it

        def get(self, org: str) -> str:
            return f"{org} {current_session.member_id}"

    app.add_url_rule("/<org>/class", view_func=AsClass.as_view("class"))
    ada = fake.sign_in()
    for path in ("function", "coroutine", "class"):
        refused = app.test_client().get(f"/acme/{path}")
        assert (401, "Bearer") == (refused.status_code, refused.headers["WWW-Authenticate"])
        assert f"acme {ada.member.member_id}" == app.test_client().get(f"/acme/{path}", headers=ada.headers).text
    with app.test_request_context("/"), pytest.raises(RuntimeError, match="no rule"):
        _ = current_session.member_id


def test_nothing_is_kept_between_requests(auth: Auth, app: Flask, fake: FakeStytch) -> None:
    """Even with an application context that was pushed by hand, whose `g` all requests share."""

    @app.get("/<org>")
    @auth.require(member())
    def view(org: str) -> str:
        return current_session.member_id

    ada, ben = fake.sign_in(), fake.sign_in()
    ada.age(minutes=6)
    with app.app_context():
        cookie = "; ".join(f"{name}={value}" for name, value in ada.cookies.items())
        first = app.test_client(use_cookies=False).get("/acme", headers={"Cookie": cookie})
        second = app.test_client().get("/acme", headers=ben.headers)
    assert [ada.member.member_id, ben.member.member_id] == [first.text, second.text]
    assert "Set-Cookie" in first.headers
    assert "Set-Cookie" not in second.headers


def test_renewed_cookies(auth: Auth, app: Flask, fake: FakeStytch) -> None:
    """Renewed cookies leave with whatever is sent. A redirect, a stream and an exception."""

    @app.get("/<org>/elsewhere")
    @auth.require(member())
    def elsewhere(org: str) -> ResponseReturnValue:
        return redirect("/", 303)

    @app.get("/<org>/stream")
    @auth.require(member())
    def stream(org: str) -> ResponseReturnValue:
        return Response(stream_with_context(iter(["x"])))

    @app.get("/<org>/broken")
    @auth.require(member())
    def broken(org: str) -> ResponseReturnValue:
        raise RuntimeError

    for path, status in {"elsewhere": 303, "stream": 200, "broken": 500}.items():
        ada = fake.sign_in()
        ada.age(minutes=6)
        cookie = "; ".join(f"{name}={value}" for name, value in ada.cookies.items())
        answered = app.test_client(use_cookies=False).get(f"/acme/{path}", headers={"Cookie": cookie})
        assert (status, "no-store") == (answered.status_code, answered.headers["Cache-Control"])
        assert "stytch_session_jwt" in answered.headers["Set-Cookie"]


def test_routes_without_a_rule_are_listed(auth: Auth, app: Flask) -> None:
    class Mixed(MethodView):
        @auth.require(public())
        def get(self) -> str:
            return ""

        def post(self) -> str:
            return ""

    @app.get("/health")
    def health() -> str:
        return ""

    @app.get("/<org>/ruled")
    @auth.require(member())
    def ruled(org: str) -> str:
        return org

    app.add_url_rule("/mixed", view_func=Mixed.as_view("mixed"))
    app.register_blueprint(auth.login_routes(after="/"), url_prefix="/auth")
    app.register_blueprint(auth.webhook_route("/hooks", secret=SECRET, on_event=print))
    assert {"GET /health", "POST /mixed", "GET /static/<path:filename>"} == auth.without_rule(app)


def test_missing_organization_parameter(auth: Auth, fake: FakeStytch) -> None:
    """A route must say which organization it is about. Whether it was added before or after the Auth."""

    @auth.require(member())
    def view() -> str:
        return ""

    late = Flask(__name__)
    late.add_url_rule("/invoices", view_func=view)
    with pytest.raises(RuleError, match="GET /invoices has no parameter"):
        auth.init_app(late)
    early = Flask(__name__)
    auth.init_app(early)
    with pytest.raises(RuleError, match="GET /invoices has no parameter"):
        early.add_url_rule("/invoices", view_func=view)


def test_options_run_neither_rule_nor_body(auth: Auth, app: Flask) -> None:
    @app.route("/<org>", methods=["PUT", "OPTIONS"], provide_automatic_options=False)
    @auth.require(member())
    def body(org: str) -> str:
        raise AssertionError(org)

    answered = app.test_client().options("/acme")
    assert (204, "OPTIONS, PUT") == (answered.status_code, answered.headers["Allow"])


def test_a_large_body_is_refused(auth: Auth, app: Flask) -> None:
    """Webhooks have at most 1 MiB."""
    app.register_blueprint(auth.webhook_route("/hooks", secret=SECRET, on_event=print))
    assert 413 == app.test_client().post("/hooks", data=b"x" * (2**20 + 1)).status_code


def test_a_client_that_is_awaited_is_refused(fake: FakeStytch) -> None:
    with pytest.raises(TypeError, match="BlockingClient"):
        Auth(fake.client()).init_app(Flask(__name__))
