"""Every endpoint of the API, found by walking through a client's namespaces, and every class that they are made of."""

from collections.abc import Iterator
from functools import cached_property
from inspect import getattr_static
from typing import Any, cast, get_args

from stytch_b2b_async import Request
from stytch_b2b_async.api import Api
from stytch_b2b_async.endpoint import Async, Endpoint, Namespace, response_type
from stytch_b2b_async.paging import PagedEndpoint
from stytch_b2b_async.schema import Model, fields_of


def _walk(namespace: Namespace[Any], path: str = "") -> Iterator[tuple[str, type[Request[Any]]]]:
    for name in dir(type(namespace)):
        attribute = getattr_static(type(namespace), name)
        if isinstance(attribute, Endpoint | PagedEndpoint):
            yield f"{path}{name}", cast("type[Request[Any]]", attribute.request)
        elif isinstance(attribute, cached_property):
            yield from _walk(getattr(namespace, name), f"{path}{name}.")


def _unsent(request: Request[Any]) -> Any:
    raise AssertionError(f"{request} was sent")


ENDPOINTS = {path: request for path, request in _walk(Api[Async](_unsent)) if hasattr(request, "path")}
"""The request classes that have a route, by the path from a client; the others are answered on this machine."""

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
