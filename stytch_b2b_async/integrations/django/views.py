"""Rules on views, and the views of a project."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, ClassVar, Concatenate, Final, ParamSpec, TypeVar, cast

import attrs
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

from stytch_b2b_async.integrations._marks import Mark, mark, marks
from stytch_b2b_async.web import Granted, Refused, Rule, RuleError

from .exchange import add_outgoing, http_response, request_head
from .settings import auth

P = ParamSpec("P")
R = TypeVar("R")
_METHODS: Final = ("delete", "get", "patch", "post", "put")


def require(rule: Rule[Any]) -> Callable[[Callable[Concatenate[HttpRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """Return a decorator for views, synchronous or not: they run only for requests that satisfy the rule.

    `request.stytch` is what was granted; `session(request)` returns the member's session.
    """

    def protect(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        protected = _awaited(view, rule) if iscoroutinefunction(view) else _blocking(view, rule)
        return cast("Callable[Concatenate[HttpRequest, P], R]", mark(protected, auth(), rule))

    return protect


class RequireMixin:
    """Put a rule on a class-based view: `class Invoices(RequireMixin, View): rule = member()`."""

    rule: ClassVar[Rule[Any] | None] = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Run the view for requests that satisfy the rule."""
        if self.rule is None:
            raise RuleError(f"{type(self).__name__} has a RequireMixin, but no rule")
        dispatch = cast("Callable[..., Any]", cast("Any", super()).dispatch)  # of Django's View
        if getattr(self, "view_is_async", False):

            async def awaited(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                return await dispatch(request, *args, **kwargs)

            return _awaited(awaited, self.rule)(request, *args, **kwargs)
        return _blocking(dispatch, self.rule)(request, *args, **kwargs)


def _blocking(view: Callable[..., Any], rule: Rule[Any]) -> Callable[..., Any]:
    @wraps(view)
    def protected(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "OPTIONS":
            return _options()
        refused = _taken(request, auth().decide_blocking(request_head(request), rule))
        return view(request, *args, **kwargs) if refused is None else refused

    return protected


def _awaited(view: Callable[..., Any], rule: Rule[Any]) -> Callable[..., Any]:
    @wraps(view)
    async def protected(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "OPTIONS":
            return _options()
        refused = _taken(request, await auth().decide(request_head(request), rule))
        return await view(request, *args, **kwargs) if refused is None else refused

    return protected


def _taken(request: HttpRequest, decision: Granted[Any] | Refused) -> HttpResponseBase | None:
    """Note a decision on its request; returns the response if it is refused."""
    add_outgoing(request, decision.outgoing)
    if isinstance(decision, Refused):
        return http_response(decision.response)
    request.stytch = decision  # type: ignore[attr-defined]  # as the documentation says
    return None


def _options() -> HttpResponse:
    """Answer OPTIONS, which functions are called for: CORS middleware adds its own headers."""
    return HttpResponse(status=204, headers={"Allow": "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"})


@attrs.frozen(eq=False)
class _FoundRoute:
    name: str
    parameters: frozenset[str]
    marks: tuple[Mark, ...]


def without_rule() -> set[str]:
    """Return the URLs without a rule, such as `* /health`: a test can compare them with what should be public.

    Django does not know the methods of a function; those of a class-based view are listed one by one, as `GET /health`.
    """
    return {found.name for found in _found(get_resolver().url_patterns) if not found.marks}


def check_routes() -> None:
    """Raise RuleError for a URL whose rule needs a parameter that its path does not have."""
    for found in _found(get_resolver().url_patterns):
        for owner, rule in found.marks:
            if rule is not None:
                owner.check_route(rule, found.parameters, found.name)


def _found(
    patterns: Iterable[URLPattern | URLResolver], prefix: str = "/", parameters: frozenset[str] = frozenset()
) -> Iterator[_FoundRoute]:
    for each in patterns:
        path = prefix + str(each.pattern)
        names = parameters | set(each.pattern.converters) | set(cast("Any", each.pattern.regex).groupindex)
        if isinstance(each, URLResolver):
            yield from _found(each.url_patterns, path, names)
        else:
            for method, found in _methods(each.callback):
                yield _FoundRoute(f"{method} {path}", names, found)


def _methods(view: Any) -> Iterator[tuple[str, tuple[Mark, ...]]]:
    """List the methods of a view, and the rules of each."""
    cls: Any = getattr(view, "view_class", None)
    if cls is None:
        yield "*", marks(view)
        return
    whole = (*marks(view), *marks(cls.dispatch))
    rule: Rule[Any] | None = cls.rule if issubclass(cls, RequireMixin) else None
    if rule is not None:
        whole = (*whole, (auth(), rule))
    for method in _METHODS:
        function = getattr(cls, method, None)
        if function is not None:
            yield method.upper(), (*whole, *marks(function))
