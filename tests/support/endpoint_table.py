"""Two records of the public endpoints: `tests/endpoints.txt`, for a review of every change, and the catalogue's list of operations.

`python -m support.endpoint_table` fails if either differs from the declarations; `--write` writes both.
"""

import sys
from difflib import unified_diff
from pathlib import Path
from typing import Any

import stytch_b2b_async
from stytch_b2b_async.catalog import EndpointInfo, endpoints

TABLE = Path(__file__).parents[1] / "endpoints.txt"
OPERATIONS = Path(stytch_b2b_async.__file__).parent / "catalog" / "_operations.py"

HEADER = '''"""The operations, with summaries: listing them imports no resource. Written by `nox -s endpoints -- --write`."""

from collections.abc import Mapping
from types import MappingProxyType

OPERATIONS: Mapping[str, str] = MappingProxyType(
    {
'''


def row(info: EndpointInfo) -> str:
    """Describe an endpoint in a line."""
    columns = [info.operation, info.method, info.path, info.host.value, info.effect.value]
    return "  ".join([*columns, *(["member"] if info.member_may_act else [])])


def records() -> dict[Path, str]:
    """Derive both files from the declarations."""
    infos = endpoints().values()
    entries = "".join(f"        {quoted(info.operation)}: {quoted(info.summary)},\n" for info in infos)
    return {TABLE: "".join(f"{row(info)}\n" for info in infos), OPERATIONS: f"{HEADER}{entries}    }}\n)\n"}


def quoted(text: str) -> str:
    """Write a string as the formatter does."""
    return f"'{text}'" if '"' in text else f'"{text}"'


def differences() -> list[str]:
    """Compare the files with the declarations, line by line."""
    found: list[str] = []
    for path, text in records().items():
        recorded = path.read_text(encoding="utf-8").splitlines()
        found += unified_diff(recorded, text.splitlines(), path.name, "declared", lineterm="", n=0)
    return found


def main(*arguments: Any) -> None:
    """Check, or write."""
    if "--write" in arguments:
        for path, text in records().items():
            path.write_text(text, encoding="utf-8")
    elif found := differences():
        sys.exit("\n".join(["the declarations have changed; nox -s endpoints -- --write records it", *found]))


if __name__ == "__main__":
    main(*sys.argv[1:])
