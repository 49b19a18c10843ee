"""URLs to log in and out, and to receive webhooks: `path("auth/", include("stytch_b2b_async.integrations.django.urls"))`.

They are those of `STYTCH["login"]` and `STYTCH["webhook"]`: the latter at `webhook`.
"""

from collections.abc import Iterator

import attrs
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from stytch_b2b_async import web
from stytch_b2b_async.integrations._marks import mark
from stytch_b2b_async.web.login import LoginRoutes

from .exchange import http_response, request_head
from .settings import auth, imported, options

app_name = "stytch"


def _routes() -> Iterator[web.Route]:
    given = options()
    if "login" in given:
        yield from LoginRoutes(auth(), **given["login"]).routes()
    if "webhook" in given:
        webhook = given["webhook"]
        yield web.webhook_route(secret=webhook["secret"], on_event=imported(webhook["on_event"]), path="/webhook")


def mounted(route: web.Route) -> URLPattern:
    """Return the URL of a ready-made route, such as another webhook's."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in {*route.methods, "HEAD" if "GET" in route.methods else ""}:
            return HttpResponse(status=405, headers={"Allow": ", ".join(route.methods)})
        head = request_head(request)
        made = web.Request(
            **attrs.asdict(head, recurse=False),
            path=head.target.partition("?")[0],
            query=request.META.get("QUERY_STRING", "").encode("latin-1"),
            body=request.read(route.max_body + 1),
        )
        return http_response(auth().respond_blocking(route, made))

    view = csrf_exempt(mark(answer, auth(), None))  # the routes refuse forms of other sites themselves
    return path(route.path.lstrip("/"), view, name=route.name)


urlpatterns: list[URLPattern] = [mounted(route) for route in _routes()]
