import ast
import gc
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

import stytch_b2b_async
from stytch_b2b_async import Client, errors

EXPORTED: list[str] = vars(stytch_b2b_async)["__all__"]

PACKAGE = Path(stytch_b2b_async.__file__).parent


def opened() -> dict[str, str]:
    """Read off the door's imports what it opens to, at once or when first named: each name and the module that it is from."""
    statements = ast.walk(ast.parse((PACKAGE / "__init__.py").read_text()))
    inner = [node for node in statements if isinstance(node, ast.ImportFrom) and node.level == 1]
    return {name.asname or name.name: f"stytch_b2b_async.{node.module}" for node in inner for name in node.names}


def classes_of(module: types.ModuleType) -> list[type]:
    return [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__]


def test_the_door_lists_what_it_opens_to() -> None:
    assert set(opened()) == set(EXPORTED)


def test_sorted_exports() -> None:
    """The door is sorted and says nothing twice."""
    assert sorted(set(EXPORTED)) == list(EXPORTED)


def test_unlisted_names() -> None:
    """Nothing of the package slips through the door unlisted."""
    beside = {
        name
        for name, value in vars(stytch_b2b_async).items()
        if not name.startswith("_") and getattr(value, "__module__", "").startswith("stytch_b2b_async")
    }
    assert set() == beside - set(EXPORTED)


@pytest.mark.parametrize(("name", "module"), opened().items())
def test_same_objects(name: str, module: str) -> None:
    """What is behind the door is what its room holds."""
    assert getattr(importlib.import_module(module), name) is getattr(stytch_b2b_async, name)


def test_a_misspelt_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Cleint"):
        getattr(stytch_b2b_async, "Cleint")  # noqa: B009  # type checkers refuse the plain form


def test_a_console_is_offered_all_of_it() -> None:
    assert set() == set(EXPORTED) - set(dir(stytch_b2b_async))


@pytest.mark.parametrize("name", ["Client", "BlockingClient", "Authorization", "AuthorizationCheck"])
def test_what_every_program_needs_is_at_the_door(name: str) -> None:
    assert name in EXPORTED


def test_every_error_of_a_call_is_at_the_door() -> None:
    made = {cls.__name__ for cls in classes_of(errors) if issubclass(cls, BaseException) and not cls.__name__.startswith("_")}
    assert set() == made - set(EXPORTED)


def test_exported_errors() -> None:
    """Every error of the package is at the door."""
    for module in pkgutil.walk_packages([str(PACKAGE)], "stytch_b2b_async."):
        if ".emulator" not in module.name and ".integrations" not in module.name:  # extras, and rooms of their own
            importlib.import_module(module.name)
    made = {cls.__name__ for cls in below(stytch_b2b_async.StytchError) if not cls.__name__.startswith("_")}
    assert set() == made - set(EXPORTED)


def below(cls: type) -> set[type]:
    """List the classes of the package that derive from one."""
    found: set[type] = set()
    direct: type
    for direct in type.__subclasses__(cls):
        found |= {direct, *below(direct)}
    return {one for one in found if one.__module__.startswith("stytch_b2b_async.")}


def test_every_public_thing_has_a_docstring() -> None:
    strip_annotated = [name for name in EXPORTED if name != "__version__" and not inspect.getdoc(getattr(stytch_b2b_async, name))]
    assert [] == strip_annotated


def drawn_tree() -> dict[str, str]:
    """Read the tree in the docstring: each class and the one above it."""
    drawn: dict[str, str] = {}
    above: list[str] = []
    for line in re.findall(r"^(.*?)(\w+Error)\b", errors.__doc__ or "", re.MULTILINE):
        depth, name = len(line[0]) // 4, line[1]
        if set(line[0]) <= set("│├└─ "):
            above[depth:] = [name]
            drawn[name] = above[depth - 1] if depth else "Exception"
    return drawn


def real_tree() -> dict[str, str]:
    real: dict[str, str] = {}
    for cls in classes_of(errors):
        if issubclass(cls, Exception) and not cls.__name__.startswith("_"):
            real[cls.__name__] = next(base.__name__ for base in reversed(cls.__bases__))  # the first may cut across the tree
    return real


def test_the_tree_of_errors_is_as_it_is_drawn() -> None:
    assert "StytchError" in drawn_tree()
    assert real_tree() == drawn_tree()


def test_error_tree() -> None:
    """The tree is drawn with the statuses of its classes."""
    drawn = dict(re.findall(r"(\w+Error) +(\d\d\d|5xx)\b", errors.__doc__ or ""))
    assert 7 == len(drawn)
    for name, status in drawn.items():
        assert int(status.replace("x", "0")) == getattr(errors, name).status


def test_lazy_resource() -> None:
    """A resource is imported when it is first touched.

    Three hundred classes are 150 ms: a program pays for those that it uses.
    """
    script = "import sys, stytch_b2b_async; print(*(name for name in sys.modules if name.startswith('stytch_b2b_async.api.')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)  # noqa: S603
    assert "" == done.stdout.strip()


@pytest.mark.parametrize("heavy", ["cattrs", "anyio.from_thread", "joserfc", "argon2", "zxcvbn"])
def test_lazy_extras(heavy: str) -> None:
    """What only some programs need is imported when they do."""
    script = f"import sys, stytch_b2b_async; stytch_b2b_async.Client('project-test-1', 's'); print({heavy!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)  # noqa: S603
    assert "False" == done.stdout.strip()


@pytest.mark.parametrize("module", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.name)
def test_every_module_says_what_it_is_for(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text()))


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


def test_misspelt_resource() -> None:
    """A misspelt resource is an attribute error."""
    client: Any = Client("project-test-1", "secret")
    with pytest.raises(AttributeError, match="pasword"):
        _ = client.pasword


REFUSING = ["BlockingClient", "Client", "SessionPool", "Webhooks"]
"""What checks its arguments before it holds them, besides the errors."""


@pytest.mark.parametrize("name", [*REFUSING, *(name for name in EXPORTED if name.endswith("Error"))])
def test_what_was_not_made_can_be_shown(name: str) -> None:
    """A debugger, or an error tracker, shows the `self` of an `__init__` that raises."""
    cls: Any = getattr(stytch_b2b_async, name)
    unmade: Any = cls.__new__(cls)
    assert cls.__name__ in repr(unmade)
    del unmade  # its __del__ is harmless, or a warning is an error here
    gc.collect(0)
