"""Arguments with planted secrets, and the search for them in errors."""

import asyncio
import base64
from collections.abc import Callable, Iterator
from typing import Any, cast

import attrs

from stytch_b2b_async.schema import Field, ListOf, Location, Model, fields_of, model_in
from support.arguments import value
from support.http_servers import PROJECT_ID
from support.traceback_tools import shown

WORD = "PLANTED"


"""One search finds any of the secrets, and parts of them too."""


SECRET = f"secret-test-{WORD}"


BASIC = base64.b64encode(f"{PROJECT_ID}:{SECRET}".encode()).decode()


def plant(request: type[attrs.AttrsInstance]) -> dict[str, Any]:
    """Make the arguments of a class as programs give them, plain mappings among them, with secrets wherever one may be."""
    return {field.name: _planted(field) for field in fields_of(request)}


def _planted(field: Field) -> Any:
    model = model_in(field.shape)
    if field.sensitive:
        return _secrets(value(field.shape, field.name))
    if model and field.location is Location.CLIENT_ONLY:
        return value(field.shape, field.name, models=True)
    if model:
        return [plant(model)] if isinstance(field.shape, ListOf) else plant(model)
    return value(field.shape, field.name)


def _secrets(given: Any) -> Any:
    return [_secrets(item) for item in given] if isinstance(given, list) else f"{WORD}-{given}".replace(" ", "-")


def spoilt(request: type[Model]) -> Iterator[dict[str, Any]]:
    """Make arguments that are refused: each field in turn wrong in each way that there is."""
    given = plant(request)
    yield {**given, "passwort": WORD}
    for field in fields_of(request):
        if field.location is Location.CLIENT_ONLY and field.sensitive:
            continue  # whatever is given for one is for its check to refuse
        for wrong in (object(), f"{WORD}\ud800", [WORD, object()], {"a": WORD, "x": object()}, (WORD.encode(),)):
            yield {**given, field.name: wrong}
        if field.required:
            yield {name: each for name, each in given.items() if name != field.name}
            yield {**given, field.name: None}
        if isinstance(inner := given[field.name], dict):
            for name, each in cast("dict[str, Any]", inner).items():
                yield {**given, field.name: {**inner, name: [each, object()]}}
                yield {**given, field.name: {**inner, f"{name}_x": each}}


def refusal(make: Callable[[], object]) -> BaseException | None:
    """Catch what is raised in a frame of the tests; None when it is taken, as a field may be that takes anything."""
    try:
        made = make()
    except Exception as error:  # noqa: BLE001  # all kinds are searched
        return error
    if asyncio.iscoroutine(made):
        made.close()
    return None


def search(error: BaseException | None, *secrets: str, all_tools: bool = True) -> None:
    """Find no secret in anything that is shown of an error."""
    assert error is not None, "nothing was raised"
    for tool, text in shown(error, all_tools=all_tools):
        for secret in (WORD, BASIC, *secrets):
            at = text.find(secret)
            assert at < 0, f"{tool}: …{text[max(0, at - 300) : at + 100]}…"


def endpoint(client: object, name: str) -> Callable[..., object]:
    for part in name.split("."):
        client = getattr(client, part)
    return cast("Callable[..., object]", client)
