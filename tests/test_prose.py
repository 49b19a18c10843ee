"""Every Python block of the README and the docs runs, page by page, from top to bottom."""

import re
import warnings
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.usefixtures("capsys")
def test_the_code_on_a_page_runs(page: Path) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, block in enumerate(BLOCK.findall(page.read_text()), start=1):
        exec(compile(block, f"{page.name}, block {number}", "exec"), namespace)  # noqa: S102  # it is ours
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # a page shows how to make a client without using it
        namespace.clear()


def test_the_readme_has_exactly_two_set_up_commands() -> None:
    commands = re.findall(r"^```sh\n(python -m pip install nox.*?)\n```$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert commands == ["python -m pip install nox && nox -s quickstart", "python -m pip install nox && nox -s tests"]
