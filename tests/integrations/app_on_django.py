"""The application of the table of cases, in Django: one a process, since settings belong to the process."""

from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt
from web.app import LOGINS_OPTIONS, ROUTES, WEBHOOK_SECRET, AppRoute, Setup, described

from stytch_b2b_async.client import BlockingClient
from stytch_b2b_async.web import webhook_route

HEADERS = {
    "cached": {"Cache-Control": "public, max-age=600", "CDN-Cache-Control": "max-age=600", "Vary": "Accept"},
    "themed": {"Set-Cookie": "theme=dark; Path=/"},
}


class Project:
    """The project's URLs: a module in other projects."""

    def __init__(self) -> None:
        self.urlpatterns: list[URLPattern | URLResolver] = []


PROJECT = Project()


def on_django(client: BlockingClient, setup: Setup) -> Any:
    stytch: dict[str, Any] = {**setup.arguments, "client": client}
    if setup.has_logins:
        stytch["login"] = LOGINS_OPTIONS
    settings.configure(
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=["stytch_b2b_async.integrations.django"],
        MIDDLEWARE=["stytch_b2b_async.integrations.django.middleware", "django.middleware.csrf.CsrfViewMiddleware"],
        ROOT_URLCONF=PROJECT,
        SECRET_KEY="made up",
        LOGGING_CONFIG=None,
        STYTCH=stytch,
    )
    django.setup()
    for name in dict.fromkeys(route.path for route in ROUTES):
        methods = {route.method: _view(route) for route in ROUTES if route.path == name and route.method != "WEBSOCKET"}
        if methods:
            PROJECT.urlpatterns.append(path(_path(name), _by_method(methods)))
    from stytch_b2b_async.integrations.django.urls import mounted

    hooks = webhook_route(secret=WEBHOOK_SECRET, on_event=setup.events.append, path="/hooks")
    PROJECT.urlpatterns.append(mounted(hooks))
    PROJECT.urlpatterns.append(path("auth/", include("stytch_b2b_async.integrations.django.urls")))
    return get_wsgi_application()


def _path(name: str) -> str:
    return name.removeprefix("/").replace("{", "<").replace("}", ">")


def _by_method(views: dict[str, Callable[..., HttpResponseBase]]) -> Callable[..., HttpResponseBase]:
    """Choose a view by method, as projects do that have no class-based views."""

    def view(request: HttpRequest, **parameters: Any) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method == "OPTIONS":
            method = next(iter(views))
        chosen = views.get(method)
        return HttpResponse(status=405) if chosen is None else chosen(request, **parameters)

    return csrf_exempt(view)


def _view(route: AppRoute) -> Callable[..., HttpResponseBase]:
    from stytch_b2b_async.integrations.django import require

    def view(request: Any, **parameters: Any) -> HttpResponseBase:
        return respond(route, None if route.rule is None else request.stytch.principal)

    return view if route.rule is None else require(route.rule)(view)


def respond(route: AppRoute, principal: object) -> HttpResponseBase:
    body = described(principal)
    match route.behaviour:
        case "redirect":
            response: HttpResponseBase = HttpResponseRedirect("/elsewhere")
            response.status_code = 303
            return response
        case "stream":
            return StreamingHttpResponse(iter([body[:5], body[5:]]), content_type="application/json")
        case "missing":
            raise Http404
        case "broken":
            raise ZeroDivisionError("planted")
        case _:
            return HttpResponse(body, content_type="application/json", headers=HEADERS.get(route.behaviour))
