"""Instructions and memory allocations of a call, counted by valgrind, which other load does not affect.

A program is counted with some calls, and again with more of them; the difference is due to the additional calls. Needs valgrind
and a Python with symbols.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import imports
from harness.race import HERE, server, show_progress
from harness.without import PROMISES

NAMES = ("ours", "vendor", "bare aiohttp", "our transport alone", "ours, blocking", "vendor, blocking")
WIDTHS = (10, 1000)  # how many of our calls at once are counted besides
FEW, MORE = 200, 500  # calls

PROGRAMS = {
    "import aiohttp": imports.PROGRAMS["aiohttp"],
    "ours: import, client, one bound method": imports.PROGRAMS["ours"],
    "vendor: import, client, one bound method": imports.PROGRAMS["vendor"],
}

_ALLOCATORS = ("_PyObject_Malloc", "_PyObject_Realloc", "malloc", "realloc", "calloc")


class Count(NamedTuple):
    """The counts of a call or a program."""

    instructions: float
    blocks: float
    """Memory allocations."""


def available() -> bool:
    """Return whether anything can be counted here."""
    return shutil.which("valgrind") is not None


def count_call(name: str, url: str, width: int) -> Count:
    """Count one call of a contender, without start-up and first connections."""
    few = max(FEW, width)
    more = few + max(MORE, 2 * width)
    _run("-m", "harness.worker", name, url, "asyncio", said="1 1\n")  # writes the byte code that the counted runs read
    first, second = (_count("-m", "harness.worker", name, url, "asyncio", said=f"{calls} {width}\n") for calls in (few, more))
    return Count(*((larger - smaller) / (more - few) for smaller, larger in zip(first, second, strict=True)))


def measure(width: int = 50) -> dict[str, Count]:
    """Count every contender's calls, and every program."""
    counted: dict[str, Count] = {}
    with server() as url:
        for name in NAMES:
            show_progress(f"counting: {name}")
            counted[name] = count_call(name, url, 1 if "blocking" in name else width)
        for many in WIDTHS:
            show_progress(f"counting: {many} at once")
            counted[f"ours, {many} at once"] = count_call("ours, untimed", url, many)
    for name, program in PROGRAMS.items():
        show_progress(f"counting: {name}")
        _run("-c", program)  # writes the byte code that the counted run reads
        counted[name] = _count("-c", program)
    return counted


def promises() -> dict[str, float]:
    """Count what each promise adds to a call, of those that are made one after the other: the rest of it varies least then."""
    with server() as url:
        show_progress("counting: with every promise")
        whole = count_call("ours, untimed", url, 1).instructions
        added: dict[str, float] = {}
        for promise in PROMISES:
            show_progress(f"counting: {promise}")
            added[promise] = whole - count_call(f"ours, without: {promise}", url, 1).instructions
        return added


def _environment() -> dict[str, str]:
    return {**imports.environment(), "PYTHONHASHSEED": "0"}


def _run(*arguments: str, said: str = "") -> None:
    command = [sys.executable, *arguments]
    subprocess.run(command, input=said, text=True, stdout=subprocess.DEVNULL, check=True, env=_environment(), cwd=HERE)


def _count(*arguments: str, said: str = "") -> Count:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "callgrind"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={file}", sys.executable, *arguments]
        ended = subprocess.run(command, input=said, text=True, capture_output=True, check=True, env=_environment(), cwd=HERE)
        found = re.search(r"Collected : (\d+)", ended.stderr)
        assert found is not None, ended.stderr
        return Count(int(found[1]), sum(_calls_of_allocators(file)))


def _calls_of_allocators(file: Path) -> Iterator[int]:
    """Find how often the allocators were called, in callgrind's own format: `cfn=(12) name`, then `calls=34 …`."""
    names: dict[str, str] = {}
    called = ""
    with file.open() as lines:
        for line in lines:
            if line.startswith(("fn=", "cfn=")):
                number, _, name = line.partition("=")[2].strip().partition(" ")
                called = names.setdefault(number, name)
            elif line.startswith("calls=") and called in _ALLOCATORS:
                yield int(line[6:].split()[0])


def main() -> None:
    """Count, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=int, default=50, help="awaited calls at once")
    width: int = parser.parse_args().width
    if not available():
        sys.exit("valgrind is not installed")
    counted = measure(width)
    show_progress("done", last=True)
    for name, count in counted.items():
        print(f"  {name:<42} {count.instructions / 1e3:12,.0f} thousand instructions {count.blocks:12,.0f} blocks")
    added = promises()
    show_progress("done", last=True)
    for promise, instructions in added.items():
        print(f"  {promise:<74} {instructions / 1e3:6,.1f} thousand instructions")


if __name__ == "__main__":
    main()
