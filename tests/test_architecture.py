"""Who may import whom; imports inside functions and under TYPE_CHECKING count."""

import os
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


def test_no_import_cycle() -> None:
    """Every module can be read after those that it imports."""
    grimp = pytest.importorskip("grimp", reason="of the test group")
    graph = grimp.build_graph("stytch_b2b_async", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 100
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as cycle:
        pytest.fail(" <- ".join(cycle.args[1]))


def test_layers() -> None:
    """No module imports from a layer above its own, as pyproject.toml has them."""
    pytest.importorskip("importlinter", reason="of the test group")
    run = subprocess.run(  # noqa: S603  # the linter beside this Python
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert 0 == run.returncode, run.stdout + run.stderr
