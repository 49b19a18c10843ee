"""An endpoint as an operation: parameters, body and responses."""

import re
from collections.abc import Iterator

from stytch_b2b_async.catalog import EndpointInfo, Parameter, describe_fields
from stytch_b2b_async.schema import Field, Location, ObjectOf, fields_of
from stytch_b2b_async.schema.converter import unstructure
from stytch_b2b_async.schema.examples import example_value
from stytch_b2b_async.schema.serialization import to_plain

from ._errors import references
from ._schemas import JSON, Schemas

_PUBLIC = {"sessions.get_jwks"}
"""Operations that need no credentials at all."""

_PROJECT_ID: JSON = {
    "name": "project_id",
    "in": "path",
    "required": True,
    "description": "The project's id.",
    "schema": {"type": "string", "examples": ["project-test-00000000-0000-4000-8000-000000000000"]},
}


def operation(info: EndpointInfo, schemas: Schemas) -> JSON:
    """Describe an endpoint."""
    public = info.path.startswith("/v1/public/")
    by_id = any(each.name.endswith("_id") for each in info.parameters)
    described: JSON = {
        "operationId": info.operation,
        "tags": [info.operation.rpartition(".")[0]],
        "summary": info.summary,
        "description": _description(info),
        **({"externalDocs": {"url": info.url}} if info.url else {}),
        "parameters": [*_parameters(info, schemas)],
        "responses": {
            "200": _success(info, schemas),
            **references(oauth=public, member_may_act=info.member_may_act, by_id=by_id),
        },
        "x-effect": info.effect.value,
    }
    if info.body is not None:
        described["requestBody"] = _body(info, schemas)
    if public or info.operation in _PUBLIC:  # of the public paths, the id and secret of the client, in the body, are enough
        described["security"] = [{"project": []}, {}]
    return described


def _description(info: EndpointInfo) -> str:
    """Return the paragraphs of the documentation that describe the call: neither its parameters nor what Python raises."""
    paragraphs = info.documentation.split("\n\n")[1:]
    described = (re.split(r"^(?:Raises|See) ", each, maxsplit=1, flags=re.MULTILINE)[0] for each in paragraphs)
    return "\n\n".join(" ".join(each.split()) for each in described if each.strip() and not each.startswith("- "))


def _parameters(info: EndpointInfo, schemas: Schemas) -> Iterator[JSON]:
    fields = {field.name: field for field in fields_of(info.request)}
    if "{project_id}" in info.path and "project_id" not in fields:  # the client fills it in
        yield _PROJECT_ID
    for each in info.parameters:
        match each.location:
            case Location.PATH | Location.QUERY:
                yield _parameter(each, fields[each.name], schemas)
            case Location.HEADERS:
                yield from _headers(each, schemas)
            case Location.BODY | Location.CLIENT_ONLY:
                pass


def _parameter(parameter: Parameter, field: Field, schemas: Schemas) -> JSON:
    in_path = parameter.location is Location.PATH
    schema = schemas.field(field, nullable=False)
    return {
        "name": parameter.wire_name,
        "in": parameter.location.value,
        "required": parameter.required,
        "description": parameter.description,
        "schema": {**schema, "minLength": 1} if in_path else schema,  # an empty segment would address another resource
    }


def _headers(parameter: Parameter, schemas: Schemas) -> Iterator[JSON]:
    assert isinstance(parameter.shape, ObjectOf), "headers are grouped"  # noqa: S101  # for type checkers
    descriptions = describe_fields(parameter.shape.model)
    for field in fields_of(parameter.shape.model):
        yield {
            "name": field.wire_name,
            "in": "header",
            "required": False,
            "description": f"{parameter.description} {descriptions[field.name]}",
            "schema": {**schemas.field(field, nullable=False), "minLength": 1},  # an empty one must not grant full rights
        }


def _body(info: EndpointInfo, schemas: Schemas) -> JSON:
    fields = [field for field in fields_of(info.request) if field.location is Location.BODY]
    schema = schemas.object(info.request, fields, nullable=False)
    for name, value in info.constant_body.items():
        schema["properties"][name] = {"const": value}
        schema["required"].append(name)
    example = {field.wire_name: unstructure(example_value(field)) for field in fields if field.required} | dict(info.constant_body)
    assert info.body is not None  # noqa: S101  # for type checkers
    return {"required": True, "content": {info.body.value: {"schema": schema, "example": example}}}


def _success(info: EndpointInfo, schemas: Schemas) -> JSON:
    example = to_plain(info.response.example())
    return {
        "description": "Done.",
        "content": {"application/json": {"schema": schemas.reference(info.response), "example": example}},
    }
