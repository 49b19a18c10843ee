"""The plot of docs/performance.md."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from measurements import LOOPS, WIDTHS, Measured

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "the same figures make the same file"

from matplotlib import pyplot as plt  # noqa: E402  # the backend is chosen before

COLOURS = {"ours": "#1b6ca8", "bare aiohttp": "#888888", "vendor": "#d1495b"}
NAMES = {"ours": "this SDK", "bare aiohttp": "bare aiohttp, nothing decoded", "vendor": "the vendor's SDK"}
LINES = {"asyncio": "-", "uvloop": "--"}


def draw(measured: Measured, file: Path) -> None:
    """Draw the time of a call by the number of concurrent calls, and the speed relative to the vendor's SDK."""
    figure: Any
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
    draw_widths(left, measured)
    draw_ratios(right, measured)
    figure.savefig(file, metadata={"Date": None})


def draw_widths(axes: Any, measured: Measured) -> None:
    """Draw a line for each contender and loop: the smallest samples, which other load affected least."""
    for loop in LOOPS:
        for name, colour in COLOURS.items():
            took = [measured[f"awaited, {loop}"][str(width)]["µs"][name][1] for width in WIDTHS]
            axes.plot(WIDTHS, took, LINES[loop], color=colour, marker="o", markersize=3, label=f"{NAMES[name]}, {loop}")
    axes.set_xscale("log")
    axes.set_xticks(WIDTHS, [str(width) for width in WIDTHS])
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    axes.set_xlabel("calls at once")
    axes.set_title("microseconds of an awaited call, smallest")
    axes.legend(fontsize="x-small")


def draw_ratios(axes: Any, measured: Measured) -> None:
    """Draw a bar for each kind of work, from the smallest to the largest ratio of a round."""
    bars: dict[str, list[float]] = {
        "blocking, sixteen threads": measured["blocking, asyncio"]["16"]["times as fast as"]["vendor, blocking"],
        "blocking, one thread": measured["blocking, asyncio"]["1"]["times as fast as"]["vendor, blocking"],
        "awaited, 500 at once": measured["awaited, asyncio"]["500"]["times as fast as"]["vendor"],
        "awaited, 50 at once": measured["awaited, asyncio"]["50"]["times as fast as"]["vendor"],
        "bytes → response object": measured["decoding"]["times as fast as, by processor time"]["vendor, decoding"],
        "import, client, one method": measured["imports"]["vendor / ours"],
    }
    middles = [middle for middle, _, _ in bars.values()]
    reach = [
        [middle - lowest for middle, lowest, _ in bars.values()],
        [highest - middle for middle, _, highest in bars.values()],
    ]
    axes.barh(list(bars), middles, xerr=reach, color=COLOURS["ours"], ecolor="#444444", capsize=2, height=0.55)
    axes.axvline(1, color=COLOURS["vendor"], linewidth=1)
    axes.set_title("times as fast as the vendor's SDK")
