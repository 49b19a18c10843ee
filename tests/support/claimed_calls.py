"""A worker as Ray has it, in a process that can be killed: `python -m support.claimed_calls STORE RUN ENDPOINT COUNT`."""

import asyncio
import sys
from typing import Any

from stytch_b2b_async.batch.ray import CallEndpoint

PARAMETER = {"organizations.create": "organization_name", "passwords.email.require_reset": "email_address"}


def rows(endpoint: str, count: int) -> dict[str, list[Any]]:
    """Make the columns of so many rows."""
    return {"row": [*range(count)], PARAMETER[endpoint]: [f"{number}@example.com" for number in range(count)]}


async def main(store: str, run: str, endpoint: str, count: str) -> None:
    """Call an endpoint for each row."""
    await CallEndpoint(endpoint=endpoint, store=store, run=run, concurrency=8)(rows(endpoint, int(count)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
