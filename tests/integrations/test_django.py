"""What is Django's own about its adapter; the table of cases is in test_table.py."""

import asyncio
from collections.abc import Iterator
from typing import Any

import django
import pytest
from blockbuster import BlockBuster
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, override_settings
from django.urls import clear_url_caches, path
from django.utils.decorators import method_decorator
from django.views import View

from stytch_b2b_async.client import BlockingClient
from stytch_b2b_async.testing import FakeStytch
from stytch_b2b_async.web import RuleError, member


class Project:
    """The project's URLs: a module in other projects."""

    def __init__(self) -> None:
        self.urlpatterns: list[Any] = []


PROJECT = Project()


@pytest.fixture(autouse=True)
def project(fake: FakeStytch) -> Iterator[None]:
    """A project whose URLs a test adds to `PROJECT`."""
    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["*"],
            INSTALLED_APPS=["stytch_b2b_async.integrations.django"],
            MIDDLEWARE=["stytch_b2b_async.integrations.django.middleware", "django.middleware.csrf.CsrfViewMiddleware"],
            ROOT_URLCONF=PROJECT,
            SECRET_KEY="made up",
            LOGGING_CONFIG=None,
            STYTCH={},
        )
        django.setup()
    PROJECT.urlpatterns.clear()
    clear_url_caches()
    with fake.blocking_client() as client, override_settings(STYTCH={"client": client, "organization": "{org}"}):
        yield


@pytest.fixture
def fake() -> Iterator[FakeStytch]:
    with FakeStytch() as made:
        yield made


def add(route: str, view: Any) -> None:
    PROJECT.urlpatterns.append(path(route, view))


def get(target: str, headers: dict[str, str]) -> Any:
    return Client(raise_request_exception=False).get(target, headers=headers)


def test_views_know_who_passed(fake: FakeStytch, loops_do_not_block: BlockBuster) -> None:
    """Functions and classes, synchronous and not."""
    from stytch_b2b_async.integrations.django import RequireMixin, require, session

    loops_do_not_block.deactivate()  # Django itself looks for its files in an asynchronous view

    @require(member())
    def function(request: HttpRequest, org: str) -> HttpResponse:
        return HttpResponse(f"{org} {session(request).member_id}")

    @require(member())
    async def coroutine(request: HttpRequest, org: str) -> HttpResponse:
        return HttpResponse(f"{org} {session(request).member_id}")

    class AsClass(RequireMixin, View):
        rule = member()

        def get(self, request: HttpRequest, org: str) -> HttpResponse:
            return HttpResponse(f"{org} {session(request).member_id}")

    class AsAsyncClass(RequireMixin, View):
        rule = member()

        async def get(self, request: HttpRequest, org: str) -> HttpResponse:
            return HttpResponse(f"{org} {session(request).member_id}")

    views = {"function": function, "coroutine": coroutine, "class": AsClass.as_view(), "async": AsAsyncClass.as_view()}
    for name, view in views.items():
        add(f"<slug:org>/{name}", view)
    ada = fake.sign_in()
    for name in views:
        refused = get(f"/acme/{name}", {})
        assert (401, "Bearer") == (refused.status_code, refused.headers["WWW-Authenticate"])
        assert f"acme {ada.member.member_id}" == get(f"/acme/{name}", ada.headers).content.decode()
        awaited = asyncio.run(AsyncClient().get(f"/acme/{name}", headers=ada.headers))
        assert f"acme {ada.member.member_id}" == awaited.content.decode()


def test_test_client_login_page(fake: FakeStytch) -> None:
    """The test client follows to the login page."""
    from stytch_b2b_async.integrations.django import require

    @require(member())
    def page(request: HttpRequest, org: str) -> HttpResponse:
        return HttpResponse(org)

    with fake.blocking_client() as client, override_settings(STYTCH={"client": client, "login_page": "/login"}):
        add("<slug:org>/page", page)
        answered = Client().get("/acme/page", headers={"Accept": "text/html"}, follow=True)
    assert [("/login?next=/acme/page", 303)] == answered.redirect_chain


def test_renewed_cookies_are_the_test_clients(fake: FakeStytch) -> None:
    """Also those of a request that failed."""
    from stytch_b2b_async.integrations.django import require

    @require(member())
    def broken(request: HttpRequest, org: str) -> HttpResponse:
        raise RuntimeError(org)

    add("<slug:org>", broken)
    ada = fake.sign_in()
    ada.age(minutes=6)
    browser = Client(raise_request_exception=False)
    browser.cookies.load(dict(ada.cookies))
    answered = browser.get("/acme", secure=True)
    assert (500, "no-store") == (answered.status_code, answered.headers["Cache-Control"])
    renewed = browser.cookies["__Host-stytch_session_jwt"]
    assert renewed.value not in {"", ada.cookies["__Host-stytch_session_jwt"]}
    assert renewed["httponly"]
    assert 500 == browser.get("/acme", secure=True).status_code
    assert ["sessions.authenticate"] == [call.operation for call in fake.calls]


def test_urls_without_a_rule_are_listed() -> None:
    from stytch_b2b_async.integrations.django import RequireMixin, require, without_rule

    def health(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    class Mixed(View):
        @method_decorator(require(member()))
        def get(self, request: HttpRequest) -> HttpResponse:
            return HttpResponse()

        def post(self, request: HttpRequest) -> HttpResponse:
            return HttpResponse()

    class Ruled(RequireMixin, View):
        rule = member()

        def get(self, request: HttpRequest) -> HttpResponse:
            return HttpResponse()

    add("health", health)
    add("mixed", Mixed.as_view())
    add("<slug:org>/ruled", Ruled.as_view())
    assert {"* /health", "POST /mixed"} == without_rule()


def test_missing_organization_parameter() -> None:
    """A URL must say which organization it is about."""
    from stytch_b2b_async.integrations.django import require

    @require(member())
    def invoices(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    add("invoices", invoices)
    with pytest.raises(RuleError, match=r"\* /invoices has no parameter"):
        get("/invoices", {})


def test_a_mixin_needs_a_rule() -> None:
    from stytch_b2b_async.integrations.django import RequireMixin

    class Forgotten(RequireMixin, View):
        def get(self, request: HttpRequest) -> HttpResponse:
            raise AssertionError(request)

    add("forgotten", Forgotten.as_view())
    with pytest.raises(RuleError, match="Forgotten has a RequireMixin, but no rule"):
        Client().get("/forgotten")


def test_a_missing_middleware_is_an_error(fake: FakeStytch) -> None:
    from stytch_b2b_async.integrations.django import require

    @require(member())
    def view(request: HttpRequest, org: str) -> HttpResponse:
        raise AssertionError(org)

    add("<slug:org>", view)
    with override_settings(MIDDLEWARE=[]), pytest.raises(RuntimeError, match="is missing in MIDDLEWARE"):
        Client().get("/acme", headers=fake.sign_in().headers)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"organisation": "{org}"}, "STYTCH has no 'organisation'"),
        ({"client": "unittest.mock.Mock"}, "must be a BlockingClient"),
        (["client"], "must be a mapping"),
    ],
)
def test_settings_are_checked(setting: Any, message: str) -> None:
    from stytch_b2b_async.integrations.django import auth

    with override_settings(STYTCH=setting), pytest.raises(ImproperlyConfigured, match=message):
        auth()


def test_the_client_may_be_a_dotted_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """By default it is made from the environment."""
    from stytch_b2b_async.integrations.django import auth

    monkeypatch.setenv("STYTCH_PROJECT_ID", "project-test-1")
    monkeypatch.setenv("STYTCH_SECRET", "secret-test-1")
    for setting in ({}, {"client": "stytch_b2b_async.BlockingClient"}):
        with override_settings(STYTCH=setting):
            client = auth().client
            assert isinstance(client, BlockingClient)
            client.close()
