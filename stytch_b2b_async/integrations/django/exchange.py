"""One request of Django: as the core takes it, what was granted, and what must leave with its response."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from stytch_b2b_async.integrations._wsgi import raw_headers
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.web import Granted, Outgoing, RequestHead, Response
from stytch_b2b_async.web.decision import is_caching

_OUTGOING: Final = "stytch_b2b_async.outgoing"


def open_exchange(request: HttpRequest) -> None:
    """Note that the middleware will write what must leave."""
    request.META[_OUTGOING] = Outgoing()


def add_outgoing(request: HttpRequest, outgoing: Outgoing) -> None:
    """Let headers leave with the response. Raises RuntimeError without the middleware."""
    earlier: Outgoing | None = request.META.get(_OUTGOING)
    if earlier is None:
        raise RuntimeError("stytch_b2b_async.integrations.django.middleware is missing in MIDDLEWARE")
    request.META[_OUTGOING] = earlier | outgoing


def write_outgoing(request: HttpRequest, response: HttpResponseBase) -> None:
    """Write what must leave into a response, whoever made it."""
    outgoing: Outgoing = request.META[_OUTGOING]
    if outgoing.varies:
        patch_vary_headers(response, ("Cookie", "Authorization"))
    if not outgoing.cookies:
        return
    for name in [name for name in response.headers if is_caching(name)]:
        del response.headers[name]
    response.headers["Cache-Control"] = "no-store"
    for cookie in outgoing.cookies:
        if cookie.name not in response.cookies:
            response.cookies.load(cookie.header)


def request_head(request: HttpRequest) -> RequestHead:
    """Return a request as the core takes it."""
    scope = getattr(request, "scope", None)
    match = request.resolver_match
    return RequestHead(
        method=request.method or "GET",
        headers=list(raw_headers(request.META)) if scope is None else scope["headers"],
        scheme=request.scheme or "http",
        path_parameters={} if match is None else match.kwargs,
        host=request.get_host() if settings.USE_X_FORWARDED_HOST else None,
        target=request.get_full_path(),
    )


class _Redirect(HttpResponse):
    @property
    def url(self) -> str:
        """Where it leads to, as Django's test client and `assertRedirects` want to know."""
        return self.headers["Location"]


def http_response(response: Response) -> HttpResponse:
    """Return a response of the core as Django's."""
    is_redirect = any(name.lower() == "location" for name, _ in response.headers)
    made = (_Redirect if is_redirect else HttpResponse)(response.body, status=response.status)
    del made.headers["Content-Type"]
    for name, value in response.headers:
        if name.lower() == "set-cookie":
            made.cookies.load(value)
        else:
            made.headers[name] = value
    return made


def granted(request: HttpRequest) -> Granted[Any]:
    """Return what was granted to a request, which `request.stytch` is, too. Raises RuntimeError if its view has no rule."""
    found: Granted[Any] | None = getattr(request, "stytch", None)
    if found is None:
        raise RuntimeError("the view of this request has no rule")
    return found


def session(request: HttpRequest) -> MemberSession:
    """Return the session by which a request has passed. Raises RuntimeError if it was none."""
    principal = granted(request).principal
    if isinstance(principal, MemberSession):
        return principal
    raise RuntimeError("this request was not made by a member with a session")
