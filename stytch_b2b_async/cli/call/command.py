"""The command of an endpoint: from its options to the response."""

import sys
from typing import Any

import click

from stytch_b2b_async.catalog import EndpointInfo
from stytch_b2b_async.catalog import endpoint as endpoint_of
from stytch_b2b_async.cli.settings import current_settings, shared_options
from stytch_b2b_async.endpoint import Effect

from .options import AUTHORIZATION, EndpointOption, options_of
from .request import build_request, fill_in
from .strict import StrictCommand

_EFFECTS = {
    Effect.READS: "Changes nothing.",
    Effect.REPEATABLE: "Changes something; sending it again changes nothing more.",
    Effect.ACTS_ONCE: "Acts each time it is sent, and asks first on a terminal.",
}


def make_command(operation: str) -> click.Command:
    """Create the command of an operation."""
    endpoint = endpoint_of(operation)

    def run(**given: Any) -> int:
        return _run(endpoint, given)

    return EndpointCommand(
        name=operation,
        callback=run,
        params=[*options_of(endpoint), *_own_options(endpoint)],
        help=endpoint.summary,
        epilog=_epilog(endpoint),
        context_settings={"help_option_names": ["-h", "--help"], "show_default": False},
    )


def _epilog(endpoint: EndpointInfo) -> str:
    unwrapped = [f"{endpoint.method} {endpoint.path}", *([endpoint.url] if endpoint.url else [])]
    return "\n".join([_EFFECTS[endpoint.effect], "", "\b", *unwrapped])


class EndpointCommand(StrictCommand):
    """A command whose help lists the parameters of the endpoint first, and its own options below."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options in groups."""
        groups: dict[str, list[tuple[str, str]]] = {"Parameters": [], "Act as a member": [], "Options": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                groups[_group(parameter)].append(record)
        for title, records in groups.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


def _group(parameter: click.Parameter) -> str:
    if not isinstance(parameter, EndpointOption):
        return "Options"
    return "Act as a member" if parameter.leaf.path[0] == AUTHORIZATION else "Parameters"


def _own_options(endpoint: EndpointInfo) -> list[click.Parameter]:
    options: list[click.Parameter] = [
        click.Option(["--json", "json_text"], metavar="JSON|@FILE|-", help="The whole request; options take precedence."),
        click.Option(["-o", "--output"], type=click.Choice(["json", "yaml", "table"]), default="json", help="Default: json."),
        click.Option(["-q", "--query", "expression"], metavar="JMESPATH", help="Show a part of the response."),
        click.Option(["-n", "--dry-run"], is_flag=True, help="Show the HTTP request and its Python, and send nothing."),
    ]
    if endpoint.paged:
        options.append(click.Option(["--all", "every_page"], is_flag=True, help="Follow all pages; print a JSON line per item."))
    if endpoint.effect is Effect.ACTS_ONCE:
        options.append(click.Option(["-y", "--yes"], is_flag=True, help="Do not ask before sending."))
    return [*options, *shared_options()]


def _run(endpoint: EndpointInfo, given: dict[str, Any]) -> int:
    ctx = click.get_current_context()
    own = {name: given.pop(name, None) for name in ("json_text", "output", "expression", "dry_run", "every_page", "yes")}
    arguments = fill_in(ctx, endpoint, given, own["json_text"], interactive=sys.stdin.isatty() and not own["dry_run"])
    request = build_request(endpoint, arguments)
    if own["dry_run"]:
        from .dry_run import show

        return show(request, current_settings())
    from stytch_b2b_async.cli.render import Rendering

    from .send import send

    rendering = Rendering(own["output"], own["expression"])
    return send(endpoint, request, rendering, current_settings(), every_page=bool(own["every_page"]), confirmed=bool(own["yes"]))
