"""Build the request of a call from options, JSON and prompts."""

from collections.abc import Mapping
from typing import Any, cast

import click
from click.core import ParameterSource

from stytch_b2b_async.catalog import EndpointInfo
from stytch_b2b_async.endpoint import Request
from stytch_b2b_async.schema import Location

from .options import EndpointOption, value_of, warn_of_secret
from .values import is_literal, parse_json, read_source


def fill_in(
    ctx: click.Context, endpoint: EndpointInfo, given: Mapping[str, Any], json_text: str | None, *, interactive: bool
) -> dict[str, Any]:
    """Collect the arguments: those of `--json`, then those of options, then the prompted secrets that are required."""
    arguments = _from_json(endpoint, json_text) if json_text is not None else {}
    for option in ctx.command.get_params(ctx):
        if isinstance(option, EndpointOption):
            value = given.get(str(option.name))
            if value is None or value == ():
                continue
            on_command_line = ctx.get_parameter_source(str(option.name)) is ParameterSource.COMMANDLINE
            try:
                _place(arguments, option.leaf.path, value_of(option, value, on_command_line=on_command_line))
            except click.BadParameter as error:
                error.param_hint = error.param_hint or option.opts[0]
                raise
    for parameter in endpoint.parameters:
        if parameter.required and parameter.name not in arguments and parameter.sensitive and interactive:
            arguments[parameter.name] = click.prompt(parameter.wire_name, hide_input=True, err=True)
    return arguments


def build_request(endpoint: EndpointInfo, arguments: Mapping[str, Any]) -> Request[Any]:
    """Create the request. Raises UsageError, with the option's name, for what the endpoint does not accept."""
    missing = [parameter for parameter in endpoint.parameters if parameter.required and parameter.name not in arguments]
    if missing:
        names = ", ".join(f"'--{parameter.name.replace('_', '-')}'" for parameter in missing)
        raise click.UsageError(f"Missing option{'s' if len(missing) > 1 else ''} {names}.")
    try:
        return endpoint.request(**arguments)
    except (TypeError, ValueError) as error:
        raise click.UsageError(f"{error}.") from None


def _from_json(endpoint: EndpointInfo, text: str) -> dict[str, Any]:
    found: Any = parse_json(read_source(text), "--json")
    if not isinstance(found, dict):
        raise click.BadParameter("Not a JSON object.", param_hint="--json")
    names = {parameter.wire_name: parameter.name for parameter in endpoint.parameters if parameter.location is not Location.HEADERS}
    entries = cast("dict[str, Any]", found)
    secrets = {parameter.name for parameter in endpoint.parameters if parameter.sensitive}
    arguments = {names.get(name, name): value for name, value in entries.items()}
    if is_literal(text) and secrets & set(arguments):
        warn_of_secret("--json")
    return arguments


def _place(arguments: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    inner = arguments
    for name in path[:-1]:
        inner = inner.setdefault(name, {})
    inner[path[-1]] = value
