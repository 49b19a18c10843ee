"""What an OpenAPI document says of rules.

It is added to the document, not to the dependencies: each scheme that is a dependency would cost every request some microseconds.
"""

from collections.abc import Iterable
from typing import Any, Final

from stytch_b2b_async.web import Rule
from stytch_b2b_async.web.rules import MemberTerms, PublicTerms

from ._starlette_routes import FoundRoute

SESSION: Final = "stytch session"
TOKEN: Final = "stytch token"  # noqa: S105  # a name


def add_security(document: dict[str, Any], routes: Iterable[FoundRoute], *, cookie: str) -> None:
    """Add the security schemes, and which routes require them."""
    used: set[str] = set()
    for route in routes:
        path_item: dict[str, Any] = document["paths"].get(getattr(route.route, "path_format", route.path), {})
        alternatives = [each for _, rule in route.marks if rule is not None for each in _alternatives(rule)]
        for method in route.methods:
            operation = path_item.get(method.lower())
            if operation is not None and any(alternatives):
                present: list[Any] = operation.setdefault("security", [])
                present += [each for each in alternatives if each not in present]
                used.update(name for each in alternatives for name in each)
    if used:
        schemes = document.setdefault("components", {}).setdefault("securitySchemes", {})
        schemes.update({name: scheme for name, scheme in _schemes(cookie).items() if name in used})


def _alternatives(rule: Rule[Any]) -> list[dict[str, list[str]]]:
    """Return what a rule accepts; an empty one is nothing at all."""
    names: list[str | None] = []
    for terms in rule.alternatives:
        match terms:
            case MemberTerms():
                names += [SESSION, TOKEN, *([None] if terms.optional else [])]
            case PublicTerms():
                names.append(None)
            case _:
                names.append(TOKEN)
    return [{} if name is None else {name: []} for name in dict.fromkeys(names)]


def _schemes(cookie: str) -> dict[str, dict[str, str]]:
    described = "A session JWT, an M2M token, or the token of a connected app."
    return {
        SESSION: {"type": "apiKey", "in": "cookie", "name": cookie, "description": "The session's JWT, set at login."},
        TOKEN: {"type": "http", "scheme": "bearer", "description": described},
    }
