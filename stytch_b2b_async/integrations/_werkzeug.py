"""What the adapters of Flask and Quart share: the routes of an application, and who has passed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Protocol, cast

import attrs
from werkzeug.local import LocalProxy
from werkzeug.routing import Map, Rule

from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.web import Auth, Granted

from ._marks import Mark, marks

GRANTED: Final = "stytch_b2b_async.granted"
"""Where environ or scope keep what was granted: not `g`, which requests share while an application context is pushed by hand."""
_METHODS: Final = frozenset({"DELETE", "GET", "PATCH", "POST", "PUT"})


class Application(Protocol):
    """What is used of an application."""

    @property
    def url_map(self) -> Map: ...
    @property
    def view_functions(self) -> Mapping[str, Callable[..., Any]]: ...


@attrs.frozen(eq=False)
class FoundRoute:
    """A route, for one of its methods."""

    name: str
    """Such as `GET /path`; `WEBSOCKET /path` for a websocket."""
    parameters: frozenset[str]
    marks: tuple[Mark, ...]


def found_routes(app: Application, rule: Rule) -> Iterator[FoundRoute]:
    """List what a rule of the URL map stands for; a class-based view has one function for each method."""
    view: Any = app.view_functions.get(rule.endpoint)
    cls = getattr(view, "view_class", None)
    methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}) or ["OPTIONS"]
    parameters = frozenset(cast("Iterable[str]", rule.arguments))  # pyright: ignore[reportUnknownMemberType]  # untyped there
    for method in ["WEBSOCKET"] if getattr(rule, "websocket", False) else methods:
        function = getattr(cls, method.lower(), None) if method in _METHODS else None
        yield FoundRoute(f"{method} {rule.rule}", parameters, (*marks(view), *marks(function)))


def without_rule(app: Application) -> set[str]:
    """Return the routes on which no rule was put."""
    return {found.name for rule in app.url_map.iter_rules() for found in found_routes(app, rule) if not found.marks}


def check_routes(auth: Auth, app: Application, rule: Rule) -> None:
    """Raise RuleError if a route lacks the parameter that its rule needs."""
    for found in found_routes(app, rule):
        for owner, asked in found.marks:
            if owner is auth and asked is not None:
                auth.check_route(asked, found.parameters, found.name)


def allowed(rule: Rule | None) -> str:
    """Return the methods of a route, for `Allow`."""
    return ", ".join(sorted({*(rule.methods or ()), "OPTIONS"} if rule is not None else {"OPTIONS"}))


def granted_in(context: Mapping[str, Any]) -> Granted[Any]:
    """Return what was granted to a request. Raises RuntimeError if its view has no rule."""
    found: Granted[Any] | None = context.get(GRANTED)
    if found is None:
        raise RuntimeError("the view of this request has no rule")
    return found


def session_proxy(granted: Callable[[], Granted[Any]]) -> MemberSession:
    """Return a proxy for the session by which the current request has passed."""

    def session() -> MemberSession:
        principal = granted().principal
        if isinstance(principal, MemberSession):
            return principal
        raise RuntimeError("this request was not made by a member with a session")

    return cast("MemberSession", LocalProxy(session))
