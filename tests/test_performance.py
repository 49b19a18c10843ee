"""docs/performance.md says what was measured, and nothing else."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import report

ROOT = Path(__file__).parents[1]
PAGE = report.PAGE.read_text(encoding="utf-8")
MEASURED: dict[str, Any] = json.loads(report.KEPT.read_text(encoding="utf-8"))
WRITTEN = re.findall(r"<!-- figures: (\w+) -->\n(.*?)\n?<!-- end -->", PAGE, re.DOTALL)


def test_every_figure_is_one_that_was_measured() -> None:
    assert PAGE == report.with_figures(PAGE, MEASURED)
    assert set(report.SECTIONS) == {name for name, _ in WRITTEN}
    assert all(figures for _, figures in WRITTEN)


def test_edited_figure() -> None:
    """A figure that was changed by hand is seen. Or the test above could not fail."""
    changed = PAGE.replace("**", "**1", 1)
    assert changed != report.with_figures(changed, MEASURED)


def test_the_plot_stands_beside_it() -> None:
    assert "](../benchmarks/results/performance.svg)" in PAGE
    assert report.PLOT.read_text(encoding="utf-8").lstrip().startswith("<?xml")


@pytest.mark.parametrize("job", ["performance", "bench"])
def test_the_jobs_that_it_names_exist(job: str) -> None:
    assert f"`nox -s {job}`" in PAGE
    assert f"\ndef {job}(session" in (ROOT / "noxfile.py").read_text(encoding="utf-8")
