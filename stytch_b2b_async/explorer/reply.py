"""A reply as HTML: its status, its body as a tree whose values can be copied, its headers."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, cast

from stytch_b2b_async._html import Html, element, joined
from stytch_b2b_async.catalog import EndpointInfo
from stytch_b2b_async.schema import ListOf, MapOf, ObjectOf, Shape, fields_of

from .history import Exchange

_SECRET_NAME: Final = re.compile(r"(?:token|jwt|secret|password|_code|recovery_codes)$")
"""Names of undeclared fields whose values are not shown at once."""
_MAX_NODES: Final = 4_000
_MAX_DEPTH: Final = 32
_MAX_RAW: Final = 200_000
_OPEN_UP_TO: Final = 40
"""Entries of an object or list that is shown unfolded."""
_LINKED: Final = re.compile(r"https?://[^\s\"<>]+")


def reply_of(exchange: Exchange, endpoint: EndpointInfo) -> Html:
    """Draw a reply."""
    if exchange.status is None:
        return element(
            "div", _line(exchange, None), element("p", exchange.failure or "No reply.", class_="problem"), class_="reply failed"
        )
    body = _parsed(exchange.body)
    declared = ObjectOf(endpoint.response) if exchange.succeeded else None
    tree = _Tree().draw(body, declared) if isinstance(body, dict | list) else Html()
    raw = _raw(exchange.body)
    return element(
        "div",
        _line(exchange, body),
        _next_page(body) if endpoint.paged else "",
        _problem(body) if not exchange.succeeded else Html(),
        element("div", tree, class_="tree") if tree else element("pre", raw),
        element("details", element("summary", "Headers"), _headers(exchange), class_="fold"),
        element("details", element("summary", "JSON"), copy_button(raw, "JSON"), element("pre", raw), class_="fold")
        if tree
        else "",
        class_="reply" if exchange.succeeded else "reply failed",
    )


def _next_page(body: Any) -> Html:
    """Draw a button that fills in the cursor of the next page, if there is one."""
    found: Any = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    metadata: Any = found.get("results_metadata", found)
    cursor: Any = cast("dict[str, Any]", metadata).get("next_cursor") if isinstance(metadata, dict) else None
    if not isinstance(cursor, str) or not cursor:
        return Html()
    button = element(
        "button", "Fill in the next page's cursor", type="button", class_="small", data_fill="cursor", data_value=cursor
    )
    return element("p", button, class_="script")


def _line(exchange: Exchange, body: Any) -> Html:
    status = "no reply" if exchange.status is None else exchange.status
    request_id = cast("dict[str, Any]", body).get("request_id") if isinstance(body, dict) else None
    parts = [
        element("span", status, class_="badge good" if exchange.succeeded else "badge bad"),
        element("span", f"{exchange.milliseconds:.0f} ms"),
    ]
    if isinstance(request_id, str):
        parts.append(element("span", element("code", request_id), copy_button(request_id, "request id")))
    return element("p", *parts, class_="line")


def _problem(body: Any) -> Html:
    """Say what was wrong, with the vendor's page."""
    found = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    kind = found.get("error_type") or found.get("error")
    message = found.get("error_message") or found.get("error_description")
    url = found.get("error_url") or found.get("error_uri")
    parts: list[object] = [element("strong", kind or "error"), " ", message or ""]
    if isinstance(url, str) and _LINKED.fullmatch(url):
        page = element("a", f"Stytch's page about {kind or 'this error'}", href=url, target="_blank", rel="noopener noreferrer")
        parts += [element("br"), page]
    return element("div", *parts, class_="problem")


def _headers(exchange: Exchange) -> Html:
    rows = (element("tr", element("th", name, scope="row"), element("td", value)) for name, value in exchange.headers)
    return element("div", element("table", *rows), class_="scroll", tabindex="0", role="region", aria_label="Headers")


class _Tree:
    """Draws JSON; secrets are folded away, and what is too much is left to the JSON view."""

    def __init__(self) -> None:
        self._left = _MAX_NODES

    def draw(self, value: Any, shape: Shape | None, depth: int = 0) -> Html:
        """Draw an object or a list."""
        if depth == _MAX_DEPTH:
            return element("p", "… the rest is in the JSON")
        if isinstance(value, dict):
            secrets, shapes = _declared(shape)
            entries = cast("dict[str, Any]", value)
            items = [
                self._entry(name, inner, shapes.get(name), depth, secret=secrets.get(name, bool(_SECRET_NAME.search(name))))
                for name, inner in entries.items()
            ]
        else:
            item = shape.item if isinstance(shape, ListOf) else None
            values = cast("list[Any]", value)
            items = [self._entry(str(index), inner, item, depth, secret=False) for index, inner in enumerate(values)]
        return element("ul", *items)

    def _entry(self, name: str, value: Any, shape: Shape | None, depth: int, *, secret: bool) -> Html:
        self._left -= 1
        if self._left < 0:
            return element("li", "… the rest is in the JSON") if self._left == -1 else Html()
        if isinstance(value, dict | list) and value:
            inner = cast("dict[str, Any] | list[Any]", value)
            count = f"{len(inner)} {'field' if isinstance(value, dict) else 'item'}{'' if len(inner) == 1 else 's'}"
            summary = element("summary", element("span", name, class_="key"), " ", element("span", count, class_="quiet"))
            if secret:
                return element("li", element("details", summary, element("pre", json.dumps(value, indent=2))))
            return element("li", element("details", summary, self.draw(value, shape, depth + 1), open=len(inner) <= _OPEN_UP_TO))
        return element("li", element("span", name, class_="key"), " ", _leaf(name, value, secret=secret))


def _leaf(name: str, value: Any, *, secret: bool) -> Html:
    if not isinstance(value, str):
        return element("span", json.dumps(value), class_=f"value {'null' if value is None else 'literal'}")
    if secret and value:
        shown = element("details", element("summary", "•••••• show"), element("span", value, class_="value text"), class_="secret")
        return joined([shown, copy_button(value, name)])
    text = element("span", value, class_="value text") if value else element("span", "empty text", class_="value null")
    return joined([text, copy_button(value, name)]) if value else text


def copy_button(text: str, what: str) -> Html:
    """Draw a button that copies a text."""
    return element("button", "Copy", type="button", class_="copy script", data_copy=text, aria_label=f"Copy {what}")


def _declared(shape: Shape | None) -> tuple[Mapping[str, bool], Mapping[str, Shape]]:
    """Return which fields of an object are secret, and their shapes."""
    match shape:
        case ObjectOf(model=model):
            fields = fields_of(model)
            return {field.wire_name: field.sensitive for field in fields}, {field.wire_name: field.shape for field in fields}
        case MapOf():
            return {}, {}
        case _:
            return {}, {}


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _raw(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return text if len(text) <= _MAX_RAW else f"{text[:_MAX_RAW]}\n… {len(text) - _MAX_RAW} characters more"
