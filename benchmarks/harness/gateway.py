"""A gateway in its own process, before the server of the given URL; its token is the secret of the contenders."""

import asyncio
import sys
import tempfile
from pathlib import Path

from harness.contenders import PROJECT_ID, SECRET
from stytch_b2b_async.concurrency.event_loops import loop_factory
from stytch_b2b_async.gateway import Gateway, GatewayToken, Limits, Rate


async def serve(url: str) -> None:
    """Print the port, then answer until standard input closes."""
    endless = Rate(10**9, 1)
    with tempfile.TemporaryDirectory() as folder:
        gateway = Gateway(
            PROJECT_ID,
            "secret-test-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",  # as long as real ones are
            base_url=url,
            tokens=[GatewayToken.of(SECRET, "benchmark")],
            allow="*",
            limits=Limits(calls=endless, acts_once=endless),
            audit=Path(folder) / "audit.jsonl",
        )
        async with gateway:
            print(gateway.url.rpartition(":")[2], flush=True)
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory(sys.argv[2] == "uvloop")) as runner:
        runner.run(serve(sys.argv[1]))
