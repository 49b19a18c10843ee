"""`stytch-b2b tail`: follow the emulator's mailbox and calls."""

import asyncio
from typing import Any

import click

from . import exit_status
from .client import config_of
from .colours import BAD, GOOD
from .failure import Failure
from .printable import printable
from .settings import current_settings, with_shared_options

_INTERVAL = 0.5  # seconds


@click.command()
@click.option("--once", is_flag=True, help="Show what is there, and end.")
@with_shared_options
def tail(*, once: bool) -> None:
    """Follow the mails, text messages and calls of an emulator, until Ctrl-C."""
    url = config_of(current_settings()).base_url
    asyncio.run(_follow(url, once=once))


async def _follow(url: str, *, once: bool) -> None:
    import aiohttp

    messages = calls = 0
    async with aiohttp.ClientSession() as session:
        while True:
            mailed = await _read(session, f"{url}/_emulator/outbox", "messages")
            made = await _read(session, f"{url}/_emulator/calls", "calls")
            last = int(made[-1]["number"]) if made else 0
            if len(mailed) < messages or last < calls:  # the emulator was reset
                messages = calls = 0
            for entry in mailed[messages:]:
                click.echo(_message(entry))
            for entry in made:  # the newest ones only: their numbers go on
                if int(entry["number"]) > calls:
                    click.echo(_call(entry))
            messages, calls = len(mailed), last
            if once:
                return
            await asyncio.sleep(_INTERVAL)


async def _read(session: Any, url: str, name: str) -> list[dict[str, Any]]:
    import aiohttp

    try:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=5)) as response:
            if response.status != 200:  # noqa: PLR2004  # OK
                raise Failure(f"{url} answered {response.status}: is this an emulator?", exit_status.REFUSED)
            found: list[dict[str, Any]] = (await response.json())[name]
            return found
    except aiohttp.ClientConnectorError:
        text = f"No emulator answers at {url.partition('/_emulator')[0]}. Is it running? stytch-b2b emulator"
        raise Failure(text, exit_status.NO_ANSWER) from None
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
        raise Failure(f"No emulator answers at {url} ({error}).", exit_status.NO_ANSWER) from None


def _message(entry: dict[str, Any]) -> str:
    content = entry.get("url") or entry.get("code") or ""
    return f"{click.style('mail', bold=True)}  " + printable(f"{entry['kind']} to {entry['to']}  {content}")


def _call(entry: dict[str, Any]) -> str:
    colour = GOOD if int(entry["status"]) < 400 else BAD  # noqa: PLR2004  # errors
    return f"{click.style(str(entry['status']), fg=colour)}   " + printable(f"{entry['method']} {entry['path']}")
