"""The emulator from the command line: `python -m stytch_b2b_async.emulator`."""

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import signal
import sqlite3
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import Emulator

_EPILOG = """\
Look at its mail, members and calls at URL/_emulator/. Press Ctrl-C to stop it.
"""


def main(arguments: Sequence[str] | None = None, *, program: str = "python -m stytch_b2b_async.emulator") -> int:
    """Run the emulator until it is stopped."""
    given = _parser(program).parse_args(arguments)
    gc.disable()  # until it has started: nothing of what it loads is garbage
    logging.basicConfig(level=logging.WARNING if given.quiet else logging.INFO, format="%(message)s")
    try:
        with contextlib.suppress(KeyboardInterrupt):  # on platforms whose event loop does not support signal handlers
            asyncio.run(_serve(_emulator(given)))
    except OSError as error:
        files = " or ".join(name for name in (given.db, given.seed) if name and name != ":memory:")
        what = f"listen on {given.host}:{given.port}" + (f", or open {files}" if files else "")
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error  # without what asyncio puts before it
        return _give_up(f"cannot {what}: {reason}")
    except (ValueError, ModuleNotFoundError, sqlite3.Error) as error:
        return _give_up(str(error))
    finally:
        gc.enable()
    return 0


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:  # noqa: PLR2004  # the range of ports
        raise argparse.ArgumentTypeError(f"{port} is out of range: a port lies between 0 and 65535")
    return port


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description="Run an emulated Stytch B2B API, for tests and experiments.",
        epilog=_EPILOG,
    )
    parser.add_argument("--port", type=_port, default=8787, help="port to listen on; 0 is any free one (default: %(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--allow-remote", action="store_true", help="let --host be an address that other machines can reach")
    parser.add_argument("--project-id", metavar="ID", help="project-test-… (default: the one in --db, or a generated one)")
    parser.add_argument("--secret", help="the project's secret (default: the one in --db, or a generated one)")
    parser.add_argument("--db", metavar="FILE", default=":memory:", help="keep the state in this file (default: in memory)")
    parser.add_argument(
        "--organization-scoped-passwords",
        action="store_true",
        help="one password per person and organization (default: one per person)",
    )
    parser.add_argument("--strength-policy", choices=["zxcvbn", "luds"], default="zxcvbn", help="policy for password strength")
    parser.add_argument(
        "--seed", metavar="FILE", help="start with the organizations, members, connections and clients of this JSON file"
    )
    parser.add_argument(
        "--rate-limit",
        metavar="LIMIT",
        action="append",
        default=[],
        help="answer so many calls only: 'passwords.*=100/minute', or 'otps.*=1/second/email_address'; can be repeated",
    )
    parser.add_argument("--documented-rate-limits", action="store_true", help="apply the rate limits that Stytch documents")
    parser.add_argument("--quiet", action="store_true", help="do not print a line for each call")
    return parser


def _emulator(given: argparse.Namespace) -> "Emulator":
    from . import DOCUMENTED_RATE_LIMITS, Emulator, ProjectSettings, RateLimit

    documented = DOCUMENTED_RATE_LIMITS if given.documented_rate_limits else ()
    settings = ProjectSettings(
        cross_organization_passwords=not given.organization_scoped_passwords,
        strength_policy=given.strength_policy,
        rate_limits=[*(RateLimit.parse(limit) for limit in given.rate_limit), *documented],
    )
    return Emulator(
        given.project_id,
        given.secret,
        port=given.port,
        host=given.host,
        db=given.db,
        settings=settings,
        allow_remote=given.allow_remote,
        seed=given.seed,
        database_thread=False,  # this program does nothing else
    )


async def _serve(emulator: "Emulator") -> None:
    stopped = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with emulator as stytch:
        gc.enable()
        _say(f"Stytch emulator at {stytch.url}", "")
        _say(f"export STYTCH_PROJECT_ID={stytch.project_id}", f"export STYTCH_SECRET={stytch.secret}")
        _say(
            f"export STYTCH_BASE_URL={stytch.url}",
            "",
            f"Public token: {stytch.public_token}",
            f"Mail: {stytch.url}/_emulator/outbox",
            "Ctrl-C stops it.",
        )
        await stopped.wait()


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201  # output of a command line


def _give_up(message: str) -> int:
    print(f"stytch emulator: {message}", file=sys.stderr)  # noqa: T201  # likewise
    return 1


if __name__ == "__main__":
    sys.exit(main())
