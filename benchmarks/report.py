"""Measure everything, and update docs/performance.md and its plot; `--redraw` uses the last measurements."""

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

from measurements import LOOPS, WIDTHS, Measured, counts, measure

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
RESULTS = ROOT / "benchmarks" / "results"
PLOT, KEPT = RESULTS / "performance.svg", RESULTS / "performance.json"
NOISE = 3
"""Thousand instructions by which counts of the same call differ."""
_FIGURES = re.compile(r"(<!-- figures: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def spread(values: list[float], digits: int = 2) -> str:
    """Write a median with its extremes."""
    middle, lowest, highest = values
    return f"**{middle:.{digits}f}** ({lowest:.{digits}f} to {highest:.{digits}f})"


def inverse(values: list[float]) -> list[float]:
    """Turn `times as fast as` into `times the time of`."""
    middle, lowest, highest = values
    return [1 / middle, 1 / highest, 1 / lowest]


def aims(measured: Measured, loop: str) -> Iterator[list[str]]:
    """Yield the rows: what, the aim and the figure against the vendor's SDK, and those against what is least possible."""
    for width in (50, 500):
        fast = measured[f"awaited, {loop}"][str(width)]["times as fast as"]
        floor = spread(inverse(fast["bare aiohttp"]))
        yield [f"awaited call, {width} at once", "at least 2.0", spread(fast["vendor"]), "at most 1.2 of bare aiohttp", floor]
    for width, aim, name in ((1, "at least 2.5", "one thread"), (16, "at least 4", "sixteen threads")):
        fast = measured[f"blocking, {loop}"][str(width)]["times as fast as"]
        yield [f"blocking call, {name}", aim, spread(fast["vendor, blocking"]), "", ""]
    if loop != "asyncio":  # nothing below runs in a loop
        return
    decoding, imports, memory = measured["decoding"]["times as fast as, by processor time"], measured["imports"], measured["memory"]
    untyped = spread(inverse(decoding["untyped msgspec"]))
    fast = spread(decoding["vendor, decoding"])
    yield ["bytes → response object", "at least 2.3", fast, "at most 1.25 of msgspec, untyped", untyped]
    own, floor = spread(imports["vendor / ours"]), spread(imports["ours / aiohttp"])
    yield ["import, client, one bound method", "at least 2.5", own, "at most 1.2 of `import aiohttp`", floor]
    yield ["memory of a process after one call", "at most 0.6 of it", spread(memory["ours / vendor"]), "", ""]
    calls = thousands(measured["growth calls"])
    yield [f"growth over {calls} calls, 200 at once", "", "", "at most 8 MiB", f"**{memory['grown by']:.1f} MiB**"]


def thousands(count: float) -> str:
    """Write a count with its thousands apart."""
    return f"{count:,.0f}".replace(",", " ")


def table(heads: list[str], rows: list[list[str]]) -> str:
    """Write a Markdown table."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [heads, ["---"] * len(heads), *rows])


def aims_table(measured: Measured, loop: str) -> str:
    """Write the aims and what was measured."""
    heads = ["", "aim, times as fast as the vendor's SDK", "measured", "aim, times as long as the least possible", "measured"]
    return table(heads, list(aims(measured, loop)))


def widths_table(measured: Measured) -> str:
    """Write the microseconds of a call by how many are made at once: of the smallest turns, which were disturbed least."""
    rows: list[list[str]] = []
    for loop in LOOPS:
        for name in ("ours", "bare aiohttp", "vendor"):
            took = [measured[f"awaited, {loop}"][str(width)]["µs"][name][1] for width in WIDTHS]
            rows.append([f"{name}, {loop}", *(f"{each:.0f}" for each in took), f"{max(took) / min(took):.2f}"])
    return table(["µs of a call, smallest", *(f"{width} at once" for width in WIDTHS), "most / least"], rows)


def counts_table(measured: Measured) -> str:
    """Write what valgrind counted."""
    rows = [[name, thousands(instructions / 1e3), thousands(blocks)] for name, (instructions, blocks) in measured["counts"].items()]
    return table(["", "thousand instructions", "blocks of memory"], rows)


def counts_list(measured: Measured) -> str:
    """Write conclusions from the instruction counts."""
    instructions = {name: count for name, (count, _) in measured["counts"].items()}
    if not instructions:
        return "Nothing was counted: valgrind is not installed."
    few, many = instructions["ours, 10 at once"], instructions["ours, 1000 at once"]
    floor = instructions["import aiohttp"]
    own, vendor = (instructions[f"{whose}: import, client, one bound method"] for whose in ("ours", "vendor"))
    return (
        f"- With a thousand calls at once, a call executes {many / few:.2f} times the instructions of one with ten at once.\n"
        f"- Start-up executes {own / floor:.2f} times the instructions of `import aiohttp`; "
        f"the vendor's SDK, {vendor / own:.2f} times ours.\n"
        f"- `import aiohttp` alone is {floor / vendor:.0%} of the vendor's start-up, so no SDK based on it can start more than "
        f"{vendor / floor:.2f} times as fast."
    )


def promises_table(measured: Measured) -> str:
    """Write what each promise costs."""
    thousands = {promise: instructions / 1e3 for promise, instructions in measured["promises"].items()}
    rows = [[promise, f"{count:.0f}" if count >= NOISE else f"less than {NOISE}"] for promise, count in thousands.items()]
    return table(["promise", "thousand instructions"], rows)


def layers_table(measured: Measured) -> str:
    """Write what each layer adds."""
    return table(["", "µs of processor time"], [[name, f"{took:.0f}"] for name, took in measured["layers"].items()])


def shares_table(measured: Measured) -> str:
    """Write the profile by package."""
    return table(["whose code runs", "share"], [[name, f"{share:.0%}"] for name, share in measured["shares"].items()])


def place_list(measured: Measured) -> str:
    """Write where it was measured."""
    said = ", ".join(f"{name} {value}" for name, value in measured["where"].items() if name != "system")
    return f"{measured['where']['system']}; {said}. {measured['rounds']} rounds."


def tenths_list(measured: Measured) -> str:
    """Write how the hundred thousand calls went."""
    memory = measured["memory"]
    held = ", ".join(f"{resident:.1f}" for _, resident in memory["tenths"])
    slower = memory["last three tenths / first three"]
    return (
        f"MiB after each tenth: {held}. A call of the last three tenths took {slower:.2f} times as long as one of the first three."
    )


SECTIONS = {
    "asyncio": lambda measured: aims_table(measured, "asyncio"),
    "uvloop": lambda measured: aims_table(measured, "uvloop"),
    "widths": widths_table,
    "counts": counts_table,
    "counted": counts_list,
    "promises": promises_table,
    "layers": layers_table,
    "shares": shares_table,
    "where": place_list,
    "tenths": tenths_list,
}


def with_figures(page: str, measured: Measured) -> str:
    """Put the figures into a page, each between its marks."""
    return _FIGURES.sub(lambda found: f"{found[1]}{SECTIONS[found[2]](measured)}\n{found[3]}", page)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--growth-calls", type=int, default=100_000)
    parser.add_argument("--redraw", action="store_true", help="measure nothing")
    parser.add_argument(
        "--keep-counts", action="store_true", help="count nothing, and keep what was counted last: saves half of the time"
    )
    parser.add_argument(
        "--counts", action="store_true", help="count, and keep the times that were measured last: for a busy machine"
    )
    options = parser.parse_args()
    measured: Measured = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    if options.counts:
        measured |= counts()
    elif not options.redraw:
        kept = {name: measured[name] for name in ("counts", "promises")} if options.keep_counts else {}
        measured = measure(options.rounds, options.growth_calls, count=not options.keep_counts) | kept
    if not options.redraw:
        KEPT.write_text(json.dumps(measured, ensure_ascii=False, indent=1) + "\n")
    PAGE.write_text(with_figures(PAGE.read_text(), measured))
    from plot import draw

    draw(measured, PLOT)
    print(with_figures("".join(f"<!-- figures: {name} -->\n<!-- end -->\n" for name in SECTIONS), measured))


if __name__ == "__main__":
    main()
