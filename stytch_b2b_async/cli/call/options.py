"""The options of an endpoint: one for each parameter, and for the fields of nested objects."""

from collections.abc import Iterator
from typing import Any, Final, cast

import attrs
import click

from stytch_b2b_async.catalog import EndpointInfo, Parameter, describe_fields
from stytch_b2b_async.cli.client import VARIABLES
from stytch_b2b_async.cli.colours import WARNING
from stytch_b2b_async.schema import FreeForm, ListOf, Location, MapOf, ObjectOf, Scalar, Shape, fields_of

from .values import is_literal, parse_json, read_source

OWN_OPTIONS: Final = frozenset({"json", "output", "query", "all", "yes", "dry-run", "debug", "profile", "help"})
"""Options that every endpoint has; a parameter of such a name is set by its nested fields, or in `--json`."""
_MAX_KNOWN_SHOWN: Final = 5
AUTHORIZATION: Final = "authorization"


@attrs.frozen
class Leaf:
    """Where the value of an option belongs in the request."""

    path: tuple[str, ...]
    """Names in Python, from the parameter to a nested field."""
    shape: Shape
    secret: bool
    description: str
    required: bool = False


class EndpointOption(click.Option):
    """An option that sets a parameter of a request."""

    def __init__(self, declarations: list[str], leaf: Leaf, **attributes: Any) -> None:
        super().__init__(declarations, **attributes)
        self.leaf = leaf

    def value_from_envvar(self, ctx: click.Context) -> Any:
        """Take an environment variable as one value: click would split that of a repeatable option at spaces."""
        value = self.resolve_envvar_value(ctx)
        return [value] if value is not None and self.multiple else value


def options_of(endpoint: EndpointInfo) -> list[EndpointOption]:
    """Create the options of an endpoint, required ones first."""
    taken = {_dashed(parameter.name) for parameter in endpoint.parameters} | OWN_OPTIONS
    return [option for parameter in endpoint.parameters for option in _options(parameter, taken)]


def _options(parameter: Parameter, taken: frozenset[str] | set[str]) -> Iterator[EndpointOption]:
    top = Leaf((parameter.name,), parameter.shape, parameter.sensitive, parameter.description, parameter.required)
    is_header_group = parameter.location is Location.HEADERS
    if not is_header_group and not (isinstance(parameter.shape, ObjectOf) and _dashed(parameter.name) in OWN_OPTIONS):
        yield _option(_dashed(parameter.name), top)
    if isinstance(parameter.shape, ObjectOf):
        descriptions = describe_fields(parameter.shape.model)
        for field in fields_of(parameter.shape.model):
            leaf = Leaf((parameter.name, field.name), field.shape, field.sensitive, descriptions.get(field.name, ""))
            name = _dashed(field.name)
            if not is_header_group or name in taken:
                name = f"{_dashed(parameter.name)}.{name}"
            yield _option(name, leaf)


def _option(name: str, leaf: Leaf) -> EndpointOption:
    attributes: dict[str, Any] = {"help": _help(leaf), "metavar": _metavar(leaf.shape)}
    declarations = ["__".join(leaf.path), f"--{name}"]
    match leaf.shape:
        case Scalar(type="boolean"):
            declarations[1] = f"--{name}/--no-{name}"
            attributes = {"help": _help(leaf), "default": None}
        case Scalar():
            attributes["type"] = _Text(leaf) if leaf.shape.type == "string" else _Number(leaf)
        case ListOf() | FreeForm() | MapOf():
            attributes |= {"type": _Text(leaf), "multiple": True}
        case ObjectOf():
            attributes["type"] = _Text(leaf)
    variable = f"STYTCH_{'_'.join(leaf.path).upper()}"
    if leaf.secret and leaf.path[0] != AUTHORIZATION and variable not in VARIABLES:  # STYTCH_SECRET is the project's, not an app's
        attributes |= {"envvar": variable, "show_envvar": True}
    return EndpointOption(declarations, leaf, **attributes)


class _Text(click.ParamType[Any]):
    """Text, with the documented values as completions."""

    name = "text"

    def __init__(self, leaf: Leaf) -> None:
        self._leaf = leaf

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Warn of a secret in the arguments. The value is read and parsed once all options are known."""
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Complete a documented value."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in _known(self._leaf.shape) if word.startswith(incomplete)]


class _Number(click.ParamType[Any]):
    """A number as JSON has them: with the type that the parameter takes."""

    def __init__(self, leaf: Leaf) -> None:
        self.name = "integer" if isinstance(leaf.shape, Scalar) and leaf.shape.type == "integer" else "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Parse a number."""
        if not isinstance(value, str):
            return value
        try:
            return int(value) if self.name == "integer" else float(value)
        except ValueError:
            self.fail(f"'{value}' is not a valid {self.name}.", param, ctx)


def value_of(option: EndpointOption, given: Any, *, on_command_line: bool) -> Any:
    """Read and parse what an option was given."""
    leaf, name = option.leaf, option.opts[0]
    match leaf.shape:
        case Scalar(type="string"):
            if leaf.secret and on_command_line and is_literal(given):
                warn_of_secret(name)
            return read_source(given, secret=leaf.secret) if leaf.secret else given
        case Scalar():
            return given
        case ListOf(item=item):
            return [value for text in given for value in _items(text, item, name, secret=leaf.secret)]
        case FreeForm() | MapOf():
            merged: dict[str, Any] = {}
            for text in given:
                merged.update(_entries(text, name))
            return merged
        case ObjectOf():
            return _object(read_source(given), name)


def warn_of_secret(name: str, instead: str = "@FILE, -, or env:NAME") -> None:
    """Warn that other users of this machine can see an argument."""
    message = f"Warning: {name} was given as an argument, which other users of this machine can see; use {instead}."
    click.secho(message, fg=WARNING, err=True)


def _items(text: str, item: Shape, name: str, *, secret: bool) -> list[Any]:
    text = read_source(text, secret=secret)
    if text.lstrip().startswith("["):
        return cast("list[Any]", parse_json(text, name))
    return [text] if isinstance(item, Scalar) else [_object(text, name)]


def _entries(text: str, name: str) -> dict[str, Any]:
    text = read_source(text)
    key, equals, value = text.partition("=")
    if text.lstrip().startswith("{") or not equals:
        return _object(text, name)
    try:
        return {key: parse_json(value, name)}
    except click.BadParameter:
        return {key: value}


def _object(text: str, name: str) -> dict[str, Any]:
    found: Any = parse_json(text, name)
    if not isinstance(found, dict):
        raise click.BadParameter("Not a JSON object.", param_hint=name)
    return cast("dict[str, Any]", found)


def _help(leaf: Leaf) -> str:
    known = _known(leaf.shape)
    shown = ", ".join(known[:_MAX_KNOWN_SHOWN]) + (", …" if len(known) > _MAX_KNOWN_SHOWN else "")
    extras = [f"Known values: {shown}."] if known else []
    if leaf.required:
        extras.append("[required]")
    return " ".join([leaf.description, *extras]).replace("`", "")


def _known(shape: Shape) -> tuple[str, ...]:
    match shape:
        case Scalar(known_values=known) | ListOf(item=Scalar(known_values=known)):
            return known
        case _:
            return ()


def _metavar(shape: Shape) -> str:
    match shape:
        case Scalar(type="integer"):
            return "INTEGER"
        case Scalar(type="number"):
            return "NUMBER"
        case Scalar() | ListOf(item=Scalar()):
            return "TEXT"
        case FreeForm() | MapOf():
            return "KEY=VALUE|JSON"
        case _:
            return "JSON"


def _dashed(name: str) -> str:
    return name.replace("_", "-")
