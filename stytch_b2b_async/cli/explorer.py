"""`stytch-b2b explorer`: try any endpoint in the browser."""

import asyncio
import contextlib
import os
import signal
import sys
import webbrowser
from typing import TYPE_CHECKING, Any

import click

from . import exit_status
from .client import open_client
from .failure import Failure, reason_of, refuse_taken_port
from .settings import Settings, current_settings, with_shared_options

if TYPE_CHECKING:
    from stytch_b2b_async.explorer import Explorer


@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=8789, help="Default: 8789; 0 is any free one.")
@click.option("--open/--no-open", "opens", default=True, help="Open the page in the browser; without it, only print its address.")
@click.option(
    "--seed",
    metavar="FILE",
    help="Start the emulator with the organizations, members, clients and connections (SSO, SCIM) of this JSON file.",
)
@click.option("--allow", metavar="RULES", default="*", help="Endpoints that may be called, such as 'effect:reads'. Default: all.")
@click.option("--audit", metavar="FILE", help="Write a line for each call to this file.")
@with_shared_options
def explorer(port: int, seed: str | None, allow: str, audit: str | None, *, opens: bool) -> None:
    """Try any endpoint in the browser: forms, code and replies.

    Calls go to an emulator that is started with it, or with `--profile NAME` to a project of `stytch-b2b profile`. The pages do
    not hold its secret.
    """
    settings = current_settings()
    if settings.profile is not None and seed is not None:
        raise click.UsageError("--seed is for the emulator, and --profile for another project.")
    options: dict[str, Any] = {"port": port, "allow": allow, "audit": audit}
    try:
        with contextlib.suppress(KeyboardInterrupt):  # on platforms whose event loop does not support signal handlers
            asyncio.run(_serve(settings, options, seed, opens=opens))
    except OSError as error:
        refuse_taken_port(error, port)
        what = f"listen on port {port}" + (f", or read {seed}" if seed else "")
        raise Failure(f"Cannot {what}: {reason_of(error)}.", exit_status.USAGE) from None
    except (ValueError, ModuleNotFoundError) as error:
        raise Failure(f"{error}.", exit_status.USAGE) from None


async def _serve(settings: Settings, options: dict[str, Any], seed: str | None, *, opens: bool) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # Windows
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
    async with contextlib.AsyncExitStack() as stack:
        running = await _start(stack, settings, options, seed)
        address = _show_address(running)
        if opens and _has_browser():
            await asyncio.to_thread(webbrowser.open, address)
        if sys.stdin.isatty():
            with contextlib.suppress(NotImplementedError):  # likewise
                loop.add_reader(sys.stdin, _on_enter, running)
        await stopped.wait()


async def _start(stack: contextlib.AsyncExitStack, settings: Settings, options: dict[str, Any], seed: str | None) -> "Explorer":
    from stytch_b2b_async.explorer import Explorer

    if settings.profile is not None:
        client = await stack.enter_async_context(open_client(settings))
        return await stack.enter_async_context(Explorer(client=client, **options))
    from stytch_b2b_async.emulator import Emulator

    emulator = await stack.enter_async_context(Emulator(seed=seed))
    running = await stack.enter_async_context(Explorer(emulator=emulator, **options))
    click.echo("Calls go to an emulator. To use the code of the pages elsewhere:")
    click.echo(f"export STYTCH_PROJECT_ID={emulator.project_id} STYTCH_SECRET={emulator.secret} STYTCH_BASE_URL={emulator.url}")
    return running


def _show_address(running: "Explorer") -> str:
    address = running.new_address()
    click.echo(f"\nStytch explorer, for one browser: {address}")
    click.echo("Enter shows a new address, Ctrl-C ends it.")
    return address


def _on_enter(running: "Explorer") -> None:
    sys.stdin.readline()
    _show_address(running)


def _has_browser() -> bool:
    """Return whether there is a browser with windows: one in the terminal would take it over."""
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
