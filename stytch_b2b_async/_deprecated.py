"""Support for modules that have moved: their old names work, with a DeprecationWarning."""

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeAlias

Find: TypeAlias = Callable[[str], Any]
"""What a module's `__getattr__` is."""


def moved(old: str, new: str, renamed: dict[str, str] | None = None) -> Find:
    """Create the `__getattr__` of a module that has moved; `renamed` maps old names to new ones."""

    def find(name: str) -> Any:
        target = (renamed or {}).get(name, name)
        try:
            value = getattr(import_module(new), target)
        except AttributeError:
            raise AttributeError(f"module {old!r} has no attribute {name!r}") from None
        if not name.startswith("__"):
            warnings.warn(f"{old}.{name} is now {_public(new, target, value)}.{target}", DeprecationWarning, stacklevel=2)
        return value

    return find


def _public(module: str, name: str, value: object) -> str:
    """Return the package that exports what a private module of it defines."""
    package = module.rpartition("._")[0]
    return package if package and getattr(import_module(package), name, None) is value else module
