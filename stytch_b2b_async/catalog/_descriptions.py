"""Descriptions of fields: from the class's docstring, the docstring below the field, or the glossary."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.schema import Model, cached, fields_of

from .glossary import GLOSSARY, PARAMETERS

_LINE = re.compile(r"^- ((?:`\w+`(?:, )?)+): (.*(?:\n  .*)*)", re.MULTILINE)


@cached
def describe_fields(cls: type[Model]) -> Mapping[str, str]:
    """Return the description of each field of a declared class; empty if there is none.

    Docstrings below fields are read from the source, and missing if the source is.
    """
    own = dict(_described(cls))
    glossary = {**GLOSSARY, **PARAMETERS} if Request in cls.__mro__ else GLOSSARY
    return MappingProxyType({field.name: own.get(field.name) or glossary.get(field.name, "") for field in fields_of(cls)})


def _described(cls: type[Any]) -> Iterator[tuple[str, str]]:
    """Yield names and descriptions, base classes first, so that a class's own take precedence."""
    for base in reversed(cls.__mro__):
        if issubclass(base, Model) and base is not Model:
            if not issubclass(base, Request):  # whose docstrings describe all fields
                yield from _below_fields(base)
            for line in _LINE.finditer(inspect.cleandoc(base.__doc__ or "")):
                description = _sentence(line[2])
                yield from ((name, description) for name in re.findall(r"`(\w+)`", line[1]))


def _below_fields(cls: type[Any]) -> Iterator[tuple[str, str]]:
    docstrings = _field_docstrings(cls.__module__).get(cls.__qualname__, {})
    return ((name, _sentence(text)) for name, text in docstrings.items())


@cache
def _field_docstrings(module: str) -> Mapping[str, Mapping[str, str]]:
    """Return the docstrings below the fields of a module's classes, which Python does not keep."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except OSError:  # installed without sources
        return {}
    return {node.name: dict(_docstrings_in(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _docstrings_in(body: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, docstring in pairwise(body.body):
        match field, docstring:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, text
            case _:
                pass


def _sentence(text: str) -> str:
    """Join the lines of a description into a sentence."""
    text = " ".join(text.split())
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", ":", "?", "!")) else f"{text}."
