"""The login routes, whatever the framework."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final, TypeAlias

import attrs

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.errors import APIError
from stytch_b2b_async.logins import StartURLs
from stytch_b2b_async.runtime.local import SendRequest
from stytch_b2b_async.verify.verifier import Verifier
from stytch_b2b_async.web.auth import Auth
from stytch_b2b_async.web.http import Request, Response, Route

from . import callback, first_factor, logout, organizations, redirects, reset, second_factor
from .answers import Answer, LoginRefusedError, wants_json, written
from .failures import refused_by
from .fields import bad_request
from .next_path import safe_path
from .pages import Pages
from .settings import PROVIDERS, LoginSettings, Unsolicited
from .views import MessageView, Method
from .visit import Visit

Act: TypeAlias = Callable[[Visit], Flow[Answer]]
Again: TypeAlias = Callable[[Visit, LoginRefusedError], Answer]


def _message(visit: Visit, refused: LoginRefusedError) -> Answer:
    view = MessageView(paths=visit.paths, title="Log in", text=refused.text)
    return refused.answer(lambda pages: pages.message(view))


@attrs.frozen
class _Page:
    """A path: what GET and POST do, and the page for what is refused."""

    path: str
    get: Act | None = None
    post: Act | None = None
    again: Again = _message


_ROUTES: Final[Mapping[str, _Page]] = {
    "login": _Page("/login", get=first_factor.show_login),
    "password": _Page("/login/password", post=first_factor.log_in_with_password, again=first_factor.show_login_again),
    "link": _Page("/login/link", post=first_factor.mail_link, again=first_factor.show_login_again),
    "code": _Page("/login/code", post=first_factor.mail_code, again=first_factor.show_login_again),
    "check_code": _Page("/login/code/check", post=first_factor.log_in_with_code, again=first_factor.show_code_again),
    "sso": _Page("/sso/start", get=redirects.start_sso),
    "callback": _Page("/callback", get=callback.open_callback, post=callback.confirm_callback),
    "forgot": _Page("/password/forgot", get=reset.show_forgot, post=reset.mail_reset, again=reset.show_forgot_again),
    "reset": _Page("/password/reset", get=reset.show_new_password, post=reset.set_password, again=reset.show_new_password_again),
    "organizations": _Page("/organizations", get=organizations.show_organizations),
    "join": _Page("/organizations/join", post=organizations.enter_organization, again=organizations.show_organizations_again),
    "create": _Page("/organizations/create", post=organizations.create_organization, again=organizations.show_organizations_again),
    "second_factor": _Page(
        "/second-factor",
        get=second_factor.show_second_factor,
        post=second_factor.check_second_factor,
        again=second_factor.show_second_factor_again,
    ),
    "send_text": _Page("/second-factor/text", post=second_factor.send_text, again=second_factor.show_second_factor_again),
    "enroll_app": _Page("/second-factor/app", post=second_factor.enroll_app, again=second_factor.show_second_factor_again),
    "logout": _Page("/logout", get=logout.show_logout, post=logout.log_out),
}
_METHODS: Final[tuple[Method, ...]] = ("password", "magic_link", "email_code")
_ALL_METHODS: Final[tuple[Method, ...]] = (*_METHODS, "sso")
_UNSOLICITED: Final[tuple[Unsolicited, ...]] = ("ask", "accept", "refuse")


class LoginRoutes:
    """Ready-made routes to log in and out, which an adapter mounts under a prefix such as `/auth`.

    - `after`, `after_logout`: paths to go to, unless the visitor was on the way to another one.
    - `methods`: what the login page offers: `password`, `magic_link`, `email_code`, `sso`.
    - `oauth`: providers that it offers: `google`, `microsoft`, `github`, `slack`, `hubspot`.
    - `start_urls`: for SSO and OAuth: the project's public token. Defaults to `STYTCH_PUBLIC_TOKEN`.
    - `callback_url`: where Stytch sends browsers back to. Register it with the project, for every kind of redirect. Defaults to
      `/callback` under the prefix, on the host of the request.
    - `session_minutes`: how long a session lasts: 5 to 527040; 60 by default.
    - `unsolicited`: what to do with a login that this browser did not begin, such as an invitation: `ask` the visitor, `accept` or
      `refuse` it. Accepting lets others log visitors in to an account that is not theirs.
    - `links_elsewhere`: whether mailed links may be opened in another browser than the one that asked for them, after a question.
    - `create_organizations`: whether visitors may create organizations.
    - `pages`: the pages; a subclass of `Pages` brings your own templates.

    Raises ValueError or TypeError for invalid arguments.
    """

    def __init__(
        self,
        auth: Auth,
        *,
        after: str = "/",
        after_logout: str = "/",
        methods: Iterable[Method] = _METHODS,
        oauth: Iterable[str] = (),
        start_urls: StartURLs | None = None,
        callback_url: str | None = None,
        session_minutes: int | None = None,
        unsolicited: Unsolicited = "ask",
        links_elsewhere: bool = False,
        create_organizations: bool = True,
        pages: Pages | None = None,
    ) -> None:
        if not auth.cookies.writes:
            raise ValueError("login routes set the session's cookies, which Cookies.shared() leaves to Stytch's frontend SDK")
        if unsolicited not in _UNSOLICITED:
            raise ValueError(f"unsolicited is one of {', '.join(_UNSOLICITED)}, not {unsolicited!r}")
        methods, oauth = _methods_offered(methods), _providers(oauth)
        self._settings = LoginSettings(
            auth=auth,
            after=_path("after", after),
            after_logout=_path("after_logout", after_logout),
            methods=methods,
            oauth=oauth,
            start_urls=_started_at(start_urls, auth, methods, oauth),
            callback_url=callback_url,
            session_minutes=session_minutes,
            unsolicited=unsolicited,
            links_elsewhere=links_elsewhere,
            create_organizations=create_organizations,
            pages=pages if pages is not None else Pages(),
        )

    def __repr__(self) -> str:
        return f"LoginRoutes(after={self._settings.after!r})"

    def routes(self) -> tuple[Route, ...]:
        """Return the routes, for an adapter to mount."""
        return tuple(
            Route(_methods(page), page.path, partial(self._handle, name, page), name) for name, page in self._pages().items()
        )

    def _pages(self) -> Mapping[str, _Page]:
        started = {
            f"oauth_{provider}": _Page(f"/oauth/{provider}/start", get=partial(_start_oauth, provider=provider))
            for provider in self._settings.oauth
        }
        return {**_ROUTES, **started}

    def _handle(self, name: str, page: _Page, request: Request, verifier: Verifier, send: SendRequest) -> Flow[Response]:
        prefix = request.path.removesuffix(page.path)
        paths = {each: prefix + one.path for each, one in self._pages().items()}
        visit = Visit(self._settings, request, verifier, send, paths)
        method = request.method.upper()
        act = page.post if method == "POST" else page.get
        if act is None or method not in {"GET", "HEAD", "POST"}:
            return Response(405, (("allow", ", ".join(_methods(page))),))
        if visit.is_malformed:
            return written(_message(visit, bad_request("The request is malformed.")), request, self._settings.pages)
        if method == "HEAD":
            return Response(200, _UNSTORED)  # mail scanners send it, and must spend nothing
        if method == "GET" and _is_prefetch(request):
            return Response(503, _UNSTORED)  # by which browsers ask again, once the visitor goes there
        try:
            answer = yield from self._answer(visit, act, page.again)
        except APIError as error:  # of the project's own credentials
            refused = self._settings.auth.failed(error)
            if wants_json(request):
                return refused.response
            answer = _message(visit, LoginRefusedError(refused.status, "misconfigured", "Logins do not work at the moment."))
        return written(answer, request, self._settings.pages)

    def _answer(self, visit: Visit, act: Act, again: Again) -> Flow[Answer]:
        """Run a handler. Raises APIError for the project's own credentials, which Auth answers."""
        try:
            if visit.request.method.upper() == "POST" and self._settings.auth.is_cross_site(visit.request):
                return _message(visit, LoginRefusedError(403, "cross_site", "This form was sent by another site."))
            return (yield from act(visit))
        except LoginRefusedError as refused:
            return again(visit, refused)
        except APIError as error:
            return _message(visit, refused_by(error, visit))


_UNSTORED: Final = (("cache-control", "no-store"),)


def _methods(page: _Page) -> tuple[str, ...]:
    return tuple(method for method, act in (("GET", page.get), ("POST", page.post)) if act is not None)


def _is_prefetch(request: Request) -> bool:
    """Return whether a browser fetches a page that nobody may ever look at."""
    wanted = {b"sec-purpose", b"purpose", b"x-purpose", b"x-moz"}
    return any(name.lower() in wanted and b"pre" in value.lower() for name, value in request.headers)


def _start_oauth(visit: Visit, provider: str) -> Flow[Answer]:
    return (yield from redirects.start_oauth(visit, provider))


def _path(name: str, path: str) -> str:
    if safe_path(path) is None:
        raise ValueError(f"{name} must be a path on this host, such as /home")
    return path


def _methods_offered(methods: Iterable[Method]) -> tuple[Method, ...]:
    offered = tuple(methods)
    unknown = set(offered) - set(_ALL_METHODS)
    if unknown:
        raise ValueError(f"methods are {', '.join(_ALL_METHODS)}, not {', '.join(sorted(unknown))}")
    return offered


def _providers(oauth: Iterable[str]) -> tuple[str, ...]:
    if isinstance(oauth, str):
        raise TypeError("oauth must be a list of providers, not a str")
    providers = tuple(oauth)
    for provider in providers:
        if provider not in PROVIDERS:
            raise ValueError(f"oauth providers are {', '.join(PROVIDERS)}, not {provider}")
    return providers


def _started_at(start_urls: StartURLs | None, auth: Auth, methods: Iterable[str], oauth: Iterable[str]) -> StartURLs | None:
    """Return where SSO and OAuth start, if they are offered: by default, where the client's calls go."""
    if start_urls is not None or not ("sso" in methods or [*oauth]):
        return start_urls
    return StartURLs(base_url=auth.client.base_url)
