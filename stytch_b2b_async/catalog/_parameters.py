"""The parameters of an endpoint as values."""

from typing import Any

import attrs

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.schema import Location, fields_of
from stytch_b2b_async.schema.shapes import Shape

from ._descriptions import describe_fields


@attrs.frozen
class Parameter:
    """The declaration of a parameter."""

    name: str
    """The name in Python."""
    wire_name: str
    """The name on the wire."""
    location: Location
    required: bool
    sensitive: bool
    """Whether its value is a secret: a password, a token, a code."""
    shape: Shape
    delimiter: str | None
    """The delimiter that joins a list into one string; None for a list that is sent as a list."""
    description: str


def parameters_of(request: type[Request[Any]]) -> tuple[Parameter, ...]:
    """List the parameters of a request, required ones first."""
    descriptions = describe_fields(request)
    parameters = [
        Parameter(
            name=field.name,
            wire_name=field.wire_name,
            location=field.location,
            required=field.required,
            sensitive=field.sensitive,
            shape=field.shape,
            delimiter=field.delimiter,
            description=descriptions[field.name],
        )
        for field in fields_of(request)
        if field.location is not Location.CLIENT_ONLY
    ]
    return tuple(sorted(parameters, key=lambda parameter: not parameter.required))
