"""Every endpoint of the API, and every class that they are made of."""

from collections.abc import Iterator
from typing import Any, get_args

from stytch_b2b_async import Request
from stytch_b2b_async.catalog import endpoints
from stytch_b2b_async.endpoint import response_type
from stytch_b2b_async.schema import Model, fields_of

ENDPOINTS: dict[str, type[Request[Any]]] = {operation: info.request for operation, info in endpoints().items()}
"""The request classes that have a route, by the path from a client."""

RESPONSES = sorted({response_type(request) for request in ENDPOINTS.values()}, key=lambda cls: f"{cls.__module__}.{cls.__name__}")


def models_of(cls: type[Model]) -> Iterator[type[Model]]:
    """Yield a class and the classes that its fields hold, however deep."""
    yield cls
    for field in fields_of(cls):
        for inner in _models_in(field.type):
            yield from models_of(inner)


def _models_in(hint: Any) -> Iterator[type[Model]]:
    if isinstance(hint, type) and issubclass(hint, Model):
        yield hint
    for part in get_args(hint):
        yield from _models_in(part)
