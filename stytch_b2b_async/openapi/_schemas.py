"""JSON schemas of declared classes and their fields."""

import inspect
from collections.abc import Iterable
from typing import Any, TypeAlias

from stytch_b2b_async.catalog import describe_fields
from stytch_b2b_async.schema import Field, FreeForm, ListOf, MapOf, ObjectOf, Scalar, Shape, fields_of
from stytch_b2b_async.schema.examples import example_value
from stytch_b2b_async.schema.serialization import to_plain

JSON: TypeAlias = dict[str, Any]  # a part of the document


class Schemas:
    """The schemas that the document refers to, collected while it is made."""

    def __init__(self, answered: frozenset[type]) -> None:
        """`answered` are the classes of responses, in which fields may be null; in a request, such a field is left out."""
        self._answered = answered
        self._components: dict[str, JSON] = {}
        self._classes: dict[str, type] = {}

    def components(self) -> dict[str, JSON]:
        """Return all schemas that were referred to."""
        return self._components

    def reference(self, cls: type) -> JSON:
        """Refer to the schema of a class."""
        name = component_name(cls)
        if self._classes.setdefault(name, cls) is not cls:
            raise ValueError(f"two classes are called {name}")
        if name not in self._components:
            self._components[name] = {}  # so that a class that contains itself ends here
            described = {"description": first_paragraph(inspect.getdoc(cls) or "")}
            self._components[name] = described | self.object(cls, fields_of(cls), nullable=cls in self._answered)
        return {"$ref": f"#/components/schemas/{name}"}

    def object(self, cls: type, fields: Iterable[Field], *, nullable: bool) -> JSON:
        """Describe an object with some fields of a class."""
        descriptions = describe_fields(cls)
        schema: JSON = {"type": "object"}
        properties: JSON = {}
        for field in fields:
            described = {**self.field(field, nullable=nullable), "description": descriptions[field.name]}
            if field.catch_all:
                schema["additionalProperties"] = {"description": descriptions[field.name]}
            else:
                properties[field.wire_name] = described
        required = [field.wire_name for field in fields if field.required]
        return schema | {"properties": properties, "required": required}

    def field(self, field: Field, *, nullable: bool) -> JSON:
        """Describe the values of a field."""
        if field.delimiter is not None:
            return {"type": "string"}
        schema = self._shape(field.shape, secret=field.sensitive)
        if isinstance(field.shape, Scalar):
            schema |= _examples(field)
        return _or_null(schema) if nullable and field.nullable else schema

    def _shape(self, shape: Shape, *, secret: bool = False) -> JSON:
        match shape:
            case Scalar():
                return _scalar(shape, secret=secret)
            case ListOf(item=item):
                return {"type": "array", "items": self._shape(item, secret=secret)}
            case MapOf(value=value):
                return {"type": "object", "additionalProperties": self._shape(value, secret=secret)}
            case FreeForm():
                return {"type": "object"}
            case ObjectOf(model=model):
                return self.reference(model)


def component_name(cls: type) -> str:
    """Name a class, with its resource if it belongs to one: `passwords.email.ResetResponse`."""
    resource = [part for part in cls.__module__.partition(".api.")[2].split(".") if part and not part.startswith("_")]
    return ".".join([*resource, cls.__name__]) if "._shared" not in cls.__module__ else cls.__name__


def first_paragraph(text: str) -> str:
    """Return the first paragraph of a docstring as one line."""
    return " ".join(text.partition("\n\n")[0].split())


def _scalar(shape: Scalar, *, secret: bool) -> JSON:
    schema: JSON = {"type": shape.type}
    bounds = {"minimum": shape.minimum, "maximum": shape.maximum, "minLength": shape.min_length, "maxLength": shape.max_length}
    schema |= {name: bound for name, bound in bounds.items() if bound is not None}
    if shape.format or secret:
        schema["format"] = shape.format or "password"
    if shape.known_values:  # the API may add others
        return {"type": shape.type, "anyOf": [{"type": shape.type, "enum": list(shape.known_values)}, schema]}
    return schema


def _or_null(schema: JSON) -> JSON:
    if "anyOf" in schema:
        return {**schema, "type": [schema["type"], "null"], "anyOf": [*schema["anyOf"], {"type": "null"}]}
    if "$ref" in schema:  # `type` says nothing new, but Scalar complains without
        return {"type": ["object", "null"], "anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}


def _examples(field: Field) -> JSON:
    return {"examples": [to_plain(example_value(field))]}
