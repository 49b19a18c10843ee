"""Which inputs of a form hold secrets: they are never put into an address."""

from urllib.parse import urlencode

from stytch_b2b_async.catalog import EndpointInfo
from stytch_b2b_async.schema import FreeForm, ListOf, MapOf, ObjectOf, Scalar, Shape, fields_of

from .entries import EMPTY, Entries


def is_secret(endpoint: EndpointInfo, path: str) -> bool:
    """Return whether an input holds a secret, or is unknown."""
    name, *rest = path.split(".")
    parameter = next((each for each in endpoint.parameters if each.name == name), None)
    return parameter is None or parameter.sensitive or _within(parameter.shape, rest)


def without_secrets(endpoint: EndpointInfo, entries: Entries) -> Entries:
    """Leave out what an address may not hold."""
    return entries.without(path for path, _ in entries.pairs if not path.startswith("_") and is_secret(endpoint, path))


def deep_link(endpoint: EndpointInfo, entries: Entries) -> str:
    """Return the path of a form that is filled like this one, except for secrets."""
    pairs = [(name, text) for name, text in without_secrets(endpoint, entries).pairs if text and (name == EMPTY or name[0] != "_")]
    return f"/{endpoint.operation}" + (f"?{urlencode(pairs)}" if pairs else "")


def _within(shape: Shape, rest: list[str]) -> bool:
    """Return whether the value at the end of a path within a shape is a secret."""
    if not rest:
        return False
    match shape:
        case ObjectOf(model=model):
            field = next((each for each in fields_of(model) if each.name == rest[0]), None)
            return field is None or field.sensitive or _within(field.shape, rest[1:])
        case ListOf(item=item):
            return _within(item, rest[1:])
        case Scalar() | FreeForm() | MapOf():
            return False
