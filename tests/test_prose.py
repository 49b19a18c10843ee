"""Every Python block of the README and the docs runs, page by page, from top to bottom."""

import re
import tomllib
import warnings
from pathlib import Path
from typing import Any

import pytest

import stytch_b2b_async

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


def test_the_readme_shows_the_application_that_the_tests_drive() -> None:
    _, _, shown = (ROOT / "examples" / "fastapi_app.py").read_text().split('"""', 2)
    assert shown.strip() + "\n" in BLOCK.findall((ROOT / "README.md").read_text())


def test_the_readme_names_every_error_and_every_extra() -> None:
    readme = (ROOT / "README.md").read_text()
    errors = {name for name in vars(stytch_b2b_async)["__all__"] if name.endswith("Error")}
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set() == {name for name in [*errors, *extras] if f"`{name}`" not in readme}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_links_lead_to_what_is_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [] == [target for target in targets if not (page.parent / target).exists()]
