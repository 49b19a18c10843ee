"""Who may import whom; imports inside functions and under TYPE_CHECKING count."""

import os
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "stytch_b2b_async"


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


def test_type_hints_are_walked_in_one_place() -> None:
    """Outside of `schema`, declared types are read as fields and shapes."""
    walkers = {"get_args", "get_origin", "get_type_hints", "resolve_types", "__args__", "__origin__", "__metadata__"}
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if walkers & set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    }
    assert {"schema/markers.py", "schema/shapes.py", "schema/type_hints.py"} == found
