import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

import pytest

from stytch_b2b_async.emulator.codec import decode, encode
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.endpoint import Body, Effect, Request, Response, get, post
from stytch_b2b_async.schema import InPath, Location, Model, OrMapping, WireFormat, frozen
from stytch_b2b_async.wire.incoming import HTTPRequest


@frozen
class Part(Model):
    """A part."""

    size: int
    colour: str | None = None


@frozen
class WidgetResponse(Response):
    """A widget."""

    scopes: list[str]
    organization: Annotated[dict[str, Any] | None, WireFormat("https://example.com/organization")] = None
    claims: Annotated[dict[str, Any] | None, WireFormat(catch_all=True)] = None


@get("/widgets/{widget_id}")
class GetWidget(Request[WidgetResponse]):
    """Get a widget."""

    widget_id: InPath
    count: Annotated[int | None, Location.QUERY] = None
    share: Annotated[float | None, Location.QUERY] = None
    deleted: Annotated[bool | None, Location.QUERY] = None
    hint: Annotated[str | None, Location.CLIENT_ONLY] = None


@post("/widgets", Effect.ACTS_ONCE, body=Body.FORM)
class FormWidget(Request[WidgetResponse]):
    """Make a widget by form."""

    client_id: str
    scopes: Annotated[Sequence[str] | None, WireFormat("scope", delimiter=" ")] = None


@post("/widgets", Effect.ACTS_ONCE)
class MakeWidget(Request[WidgetResponse]):
    """Make a widget."""

    name: str
    part: OrMapping[Part] | None = None
    parts: Sequence[OrMapping[Part]] | None = None
    notes: Mapping[str, Any] | None = None


def incoming(*, query: Any = None, body: bytes = b"") -> HTTPRequest:
    return HTTPRequest("POST", "/", urlencode(query or {}), {}, body)


def test_query_types() -> None:
    """A query is read by the types of its fields. It is all text on the wire; what is local never travels."""
    query = {"count": "3", "share": "0.5", "deleted": "true", "hint": "x"}
    assert GetWidget(widget_id="a", count=3, share=0.5, deleted=True) == decode(
        GetWidget, incoming(query=query), {"widget_id": "a"}
    )


@pytest.mark.parametrize(("name", "text"), [("count", "three"), ("share", "half"), ("deleted", "yes")])
def test_a_query_that_does_not_fit_is_refused(name: str, text: str) -> None:
    """By the name of the field."""
    with pytest.raises(EmulatedError, match=name):
        decode(GetWidget, incoming(query={name: text}), {"widget_id": "a"})


def test_a_form_is_read_with_its_lists_joined() -> None:
    """Under their names on the wire."""
    body = b"client_id=a%20b&scope=read+write"
    assert FormWidget(client_id="a b", scopes=["read", "write"]) == decode(FormWidget, incoming(body=body), {})


def test_missing_fields() -> None:
    """Objects are read without what they do not have. Alone and in lists; free-form ones are kept whole."""
    body = {"name": "x", "part": {"size": 1, "hat": 2}, "parts": [{"size": 2, "hat": 3}], "notes": {"hat": None}, "hat": 4}
    expected = MakeWidget(name="x", part=Part(size=1), parts=[Part(size=2)], notes={"hat": None})
    assert expected == decode(MakeWidget, incoming(body=json.dumps(body).encode()), {})


@pytest.mark.parametrize("part", [5, [], "x", {}, {"size": "1"}, {"size": None}])
def test_objects_that_do_not_fit_are_refused(part: Any) -> None:
    """By the name of the field."""
    with pytest.raises(EmulatedError, match="part"):
        decode(MakeWidget, incoming(body=json.dumps({"name": "x", "part": part}).encode()), {})


def test_wire_names() -> None:
    """An answer is written as the wire calls its fields. The rest of its keys beside the others."""
    answer = WidgetResponse(request_id="r", status_code=200, scopes=["a"], organization={"slug": "acme"}, claims={"plan": "pro"})
    expected = {
        "request_id": "r",
        "status_code": 200,
        "scopes": ["a"],
        "https://example.com/organization": {"slug": "acme"},
        "plan": "pro",
    }
    assert expected == json.loads(encode(answer))
