"""The inputs of a form, by the shape of the value that they take."""

import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

from stytch_b2b_async._html import Html, element, escaped, joined
from stytch_b2b_async.catalog import describe_fields
from stytch_b2b_async.schema import FreeForm, ListOf, MapOf, ObjectOf, Scalar, Shape, fields_of

from .entries import ADD, EMPTY, Node, rows_of

_LONG: Final = re.compile(r"certificate$|private_key$|template_content$")
"""Names of texts with several lines."""
_CODE: Final = re.compile(r"`([^`]+)`")


@attrs.frozen(kw_only=True)
class Input:
    """One value of a form."""

    name: str
    place: str
    """The path that its input is named by."""
    shape: Shape
    description: str = ""
    required: bool = False
    secret: bool = False
    clearable: bool = False
    """Whether an empty value may be sent."""


@attrs.frozen
class Offer:
    """A value seen before, that a field may take."""

    value: str = attrs.field(repr=False)
    label: str = ""
    """What it is the id of, such as an organization's name."""


@attrs.frozen
class Drawing:
    """Draws inputs, with what is wrong and what is offered."""

    errors: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """By path."""
    empties: frozenset[str] = frozenset()
    added: str | None = None
    """The path of the list that is to have one more row."""
    offers: Mapping[str, tuple[Offer, ...]] = attrs.field(factory=dict[str, "tuple[Offer, ...]"])
    """By the name of a field."""

    def field(self, field: Input, node: Node | None) -> Html:
        """Draw a value with its name, type, description and error."""
        match field.shape:
            case Scalar() as scalar:
                return self._scalar(field, scalar, node if isinstance(node, str) else "")
            case ObjectOf(model=model):
                return self._group(field, "object", self._fields(model, field.place, node))
            case ListOf(item=item):
                return self._group(field, f"list of {type_of(item)}s", self._rows(field, item, node))
            case FreeForm() | MapOf() as shape:
                return self._group(field, "object", self._rows(field, shape, node))

    def _scalar(self, field: Input, scalar: Scalar, text: str) -> Html:
        identifier = f"f-{field.place}"
        label = element("label", field.name, for_=identifier, class_="name")
        hint = element("p", described(field.description, scalar), class_="hint", id=f"h-{field.place}")
        return element(
            "div",
            element("div", label, self._notes(field, type_of(scalar)), class_="head"),
            self.control(field, scalar, text, label=None),
            self._offers(field, text),
            self._error(field.place),
            hint,
            class_="field",
        )

    def control(self, field: Input, scalar: Scalar, text: str, *, label: str | None) -> Html:
        """Draw the input of a scalar; without a label of its own it is named by `label`."""
        shared: dict[str, Any] = {
            "id": f"f-{field.place}",
            "name": field.place,
            "aria-label": label,
            "aria-describedby": None if label else f"e-{field.place} h-{field.place}",
            "aria-invalid": "true" if field.place in self.errors else None,
            "aria-required": "true" if field.required else None,
        }
        if scalar.type == "boolean":
            choices = {"": "not sent", "true": "true", "false": "false"}
            options = [element("option", shown, value=value, selected=value == text) for value, shown in choices.items()]
            return element("select", *options, **shared)
        typing: dict[str, Any] = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
        if _LONG.search(field.name):
            return element("textarea", f"\n{text}", rows="4", class_="secret" if field.secret else None, **shared, **typing)
        words = scalar.known_values
        datalist = element("datalist", *(element("option", value=word) for word in words), id=f"w-{field.place}")
        box = element(
            "input",
            type="password" if field.secret else "text",
            value=text,
            inputmode={"integer": "numeric", "number": "decimal"}.get(scalar.type),
            list=f"w-{field.place}" if words else None,
            **shared,
            **{**typing, "autocomplete": "new-password" if field.secret else "off"},
        )
        if not field.secret:
            return joined([box, datalist]) if words else box
        reveal = element("button", "Show", type="button", class_="small script", data_reveal=f"f-{field.place}")
        return element("div", box, reveal, class_="with-button")

    def _group(self, field: Input, kind: str, content: Html) -> Html:
        head = element(
            "div", element("span", field.name, class_="name", id=f"n-{field.place}"), self._notes(field, kind), class_="head"
        )
        hint = element("p", code_in(field.description), class_="hint", id=f"h-{field.place}") if field.description else Html()
        return element(
            "div",
            head,
            hint,
            self._error(field.place),
            content,
            class_="field group",
            role="group",
            aria_labelledby=f"n-{field.place}",
        )

    def _fields(self, model: type[Any], place: str, node: Node | None) -> Html:
        descriptions, inner = describe_fields(model), node if isinstance(node, dict) else {}
        fields = [
            Input(
                name=field.name,
                place=f"{place}.{field.name}",
                shape=field.shape,
                description=descriptions.get(field.name, ""),
                required=field.required,
                secret=field.sensitive,
            )
            for field in fields_of(model)
        ]
        return joined(self.field(field, inner.get(field.name)) for field in fields)

    def _rows(self, field: Input, shape: Shape, node: Node | None) -> Html:
        """Draw the rows of a list, or the entries of an object with any keys, and a template for more."""
        rows = dict(rows_of(node))
        next_row = max(rows, default=-1) + 1
        if self.added == field.place or (field.required and not rows):
            rows[next_row] = ""
            next_row += 1
        level = str(field.place.count("."))
        placeholder = f"__{level}__"
        template = element("template", self._row(field, shape, placeholder, ""))
        add = element(
            "button", "Add", name=ADD, value=field.place, class_="small", formnovalidate=True, aria_label=f"Add to {field.name}"
        )
        drawn = [self._row(field, shape, str(number), row) for number, row in rows.items()]
        return element("div", *drawn, template, add, class_="rows", data_next=str(next_row), data_placeholder=placeholder)

    def _row(self, field: Input, shape: Shape, number: str, node: Node) -> Html:
        place = f"{field.place}.{number}"
        remove = element("button", "✕", type="button", class_="small remove script", aria_label=f"Remove from {field.name}")
        inner = Input(name=field.name, place=place, shape=shape, secret=field.secret)
        match shape:
            case Scalar() as scalar:
                text = node if isinstance(node, str) else ""
                content = self.control(inner, scalar, text, label=f"{field.name}, a value")
                one = attrs.evolve(inner, name=field.name.removesuffix("s"))  # of `organization_ids`
                return element("div", content, remove, self._offers(one, text), self._error(place), class_="row")
            case ObjectOf(model=model):
                return element("div", element("div", self._fields(model, place, node)), remove, class_="row object")
            case ListOf() | FreeForm() | MapOf() if isinstance(field.shape, ListOf):
                entries = self._rows(attrs.evolve(inner, required=True), shape, node)  # one is there to be filled in
                return element("div", element("div", entries), remove, class_="row object")
            case _:
                return element("div", self._entry(field, place, node), remove, class_="row")

    def _entry(self, field: Input, place: str, node: Node) -> Html:
        """Draw a key and its value."""
        held = node if isinstance(node, dict) else {}
        parts: list[Html] = []
        for part, hint in (("key", "key"), ("value", "text, or JSON")):
            text, where = held.get(part, ""), f"{place}.{part}"
            box = element(
                "input",
                type="text",
                id=f"f-{where}",
                name=where,
                value=text if isinstance(text, str) else "",
                placeholder=hint,
                autocomplete="off",
                spellcheck="false",
                aria_label=f"{field.name}, {part}",
                aria_invalid="true" if where in self.errors else None,
            )
            parts += [box, self._error(where)]
        return element("div", *parts, class_="entry")

    def _notes(self, field: Input, kind: str) -> Html:
        notes = [element("span", kind, class_="type")]
        if field.required:
            notes.append(element("span", "required", class_="needed"))
        if field.clearable:
            box = element("input", type="checkbox", name=EMPTY, value=field.place, checked=field.place in self.empties)
            notes.append(element("label", box, "send empty", class_="empty"))
        return joined(notes)

    def _error(self, place: str) -> Html:
        return element("p", self.errors.get(place, ""), class_="error", id=f"e-{place}", data_error=place)

    def _offers(self, field: Input, text: str) -> Html:
        """Draw buttons that fill in what was seen before; the script hides the one that is filled in."""
        offered = self.offers.get(field.name, ())
        buttons = [
            element(
                "button",
                f"{offer.label} " if offer.label else "",
                element("code", f"•••{offer.value[-4:]}" if field.secret else offer.value),
                type="button",
                class_="offer",
                data_fill=field.place,
                data_value=offer.value,
                hidden=offer.value == text,
                aria_label=f"Use {offer.label or ('…' + offer.value[-4:] if field.secret else offer.value)} as {field.name}",
            )
            for offer in offered
        ]
        return element("div", *buttons, class_="offers script") if buttons else Html()


def type_of(shape: Shape) -> str:
    """Name the type of a shape as JSON does."""
    match shape:
        case Scalar(type=kind):
            return kind
        case ListOf(item=item):
            return f"list of {type_of(item)}s"
        case FreeForm() | MapOf() | ObjectOf():
            return "object"


def described(description: str, scalar: Scalar) -> Html:
    """Show a description, with bounds that it does not name."""
    highest = scalar.max_length if scalar.maximum is None else scalar.maximum
    bounds = "" if str(highest) in description.replace(" ", "") else _bounds(scalar)
    return joined([code_in(description), *([escaped(f" {bounds}.")] if bounds else [])])


def code_in(text: str) -> Html:
    """Show what stands between backticks as code."""
    parts = _CODE.split(text)
    return joined(element("code", part) if index % 2 else escaped(part) for index, part in enumerate(parts))


def _bounds(scalar: Scalar) -> str:
    low, high = scalar.minimum, scalar.maximum
    unit = ""
    if low is None and high is None:
        low, high, unit = scalar.min_length, scalar.max_length, " characters"
    match low, high:
        case None, None:
            return ""
        case _, None:
            return f"At least {low}{unit}"
        case None, _:
            return f"At most {high}{unit}"
        case _:
            return f"{low} to {high}{unit}"
