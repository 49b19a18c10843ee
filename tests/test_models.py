"""The shared objects, and the index of them."""

import inspect
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from stytch_b2b_async import models
from stytch_b2b_async.schema import Model, resolve


def defined_in(room: str) -> set[str]:
    """List what a module of shared objects defines: its models, and its aliases of models and words."""
    module = import_module(f"stytch_b2b_async.models.{room}")
    own = {name for name, value in vars(module).items() if inspect.isclass(value) and value.__module__ == module.__name__}
    return {name for name in own | module.__annotations__.keys() if name[0].isupper()}


ROOMS = [room.name for room in iter_modules(models.__path__) if room.name != "words"]  # which has moved


@pytest.mark.parametrize("room", ROOMS)
def test_the_index_names_what_a_module_defines(room: str) -> None:
    assert defined_in(room) == set(models._NAMES[room].split())


def test_every_name_of_the_index_can_be_imported() -> None:
    assert dir(models) == sorted(name for names in models._NAMES.values() for name in names.split())
    for name in dir(models):
        assert getattr(models, name) is not None


def test_unknown_name() -> None:
    """A name that is none is an attribute error."""
    with pytest.raises(AttributeError, match="Membr"):
        models.Membr  # noqa: B018  # that is what is tried


def models_under(cls: type[Model]) -> set[type[Any]]:
    return {cls}.union(*(models_under(each) for each in cls.__subclasses__()))


def test_resolved_annotations() -> None:
    """The annotations of every model can be resolved."""
    for cls in models_under(Model) - {Model}:
        for name, hint in resolve(cls).items():
            assert not isinstance(hint, str), (cls, name)
