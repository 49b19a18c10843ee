"""`stytch-b2b gateway`: run a gateway until it is stopped."""

import asyncio
import contextlib
import logging
import signal
from typing import TYPE_CHECKING, Any

import click

from stytch_b2b_async.cli import exit_status
from stytch_b2b_async.cli.client import open_client, target_of
from stytch_b2b_async.cli.failure import Failure, reason_of, refuse_taken_port
from stytch_b2b_async.cli.settings import current_settings, with_shared_options
from stytch_b2b_async.concurrency.event_loops import loop_factory

from .options import Options, with_options
from .tokens import describe, token

if TYPE_CHECKING:
    from stytch_b2b_async.cli.client import Target
    from stytch_b2b_async.client import Client
    from stytch_b2b_async.gateway import Gateway

    from .options import Tokens


@click.group(invoke_without_command=True)
@with_options
@with_shared_options
def gateway(**given: Any) -> int | None:
    """Run a server before the API that adds the project's credentials.

    Its callers have a gateway token instead of the secret: give them STYTCH_BASE_URL, and the token as STYTCH_SECRET. Tokens are
    those of `stytch-b2b gateway token`, and that of STYTCH_GATEWAY_TOKEN; without any, one is made for this run.
    """
    if click.get_current_context().invoked_subcommand is not None:
        return None
    return _run(Options(**given))


gateway.add_command(token)


def _run(options: Options) -> int:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    options.take_secret()
    target = target_of(current_settings())
    try:
        tokens = options.tokens()
        greeting = _greeting(options, tokens, target)
        client = open_client(current_settings())
        made = options.gateway(client, tokens)
        interrupted = contextlib.suppress(KeyboardInterrupt)  # where event loops take no signal handlers
        with interrupted, asyncio.Runner(loop_factory=loop_factory(None)) as runner:
            runner.run(_serve(made, client, greeting))
    except (ValueError, ImportError) as error:
        message = str(error).replace("allow_remote=True", "--allow-remote")
        raise click.UsageError(f"{message}.") from None
    except OSError as error:
        refuse_taken_port(error, options.port)
        where = f"Cannot listen on {options.host}:{options.port}, or write {options.audit_path}"
        raise Failure(f"{where}: {reason_of(error)}.", exit_status.USAGE) from None
    return exit_status.DONE


def _greeting(options: Options, tokens: "Tokens", target: "Target") -> list[str]:
    project = target.project_id or "(that of another gateway)"
    colour = "red" if target.is_live else None
    known = "one for this run" if tokens.generated else "; ".join(map(describe, tokens.known()))
    return [
        click.style(f"Project: {project}{' (LIVE)' if target.is_live else ''} at {target.base_url}", fg=colour),
        f"Allowed: {options.allow}",
        f"Tokens: {known or 'none, so that all requests are refused'}",
        f"Audit log: {options.audit_path}",
        "",
        f"export STYTCH_PROJECT_ID={project}",
        f"export STYTCH_SECRET={tokens.generated or '…'}",
    ]


async def _serve(made: "Gateway", client: "Client", greeting: list[str]) -> None:
    stopped = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with client, made as running:
        lines = [f"Stytch gateway at {running.url}", *greeting, f"export STYTCH_BASE_URL={running.url}", "", "Ctrl-C stops it."]
        click.echo("\n".join(lines))
        await stopped.wait()
