"""Every Python block of the README and the docs runs, page by page, from top to bottom."""

import re
import subprocess
import sys
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
    blocks = BLOCK.findall(page.read_text())
    if any("settings.configure(" in block for block in blocks):
        run_alone(blocks)  # Django is configured once in a process, for other tests too
        return
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, block in enumerate(blocks, start=1):
        exec(compile(block, f"{page.name}, block {number}", "exec"), namespace)  # noqa: S102  # it is ours
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # a page shows how to make a client without using it
        namespace.clear()


def run_alone(blocks: list[str]) -> None:
    program = [sys.executable, "-W", "error", "-W", "ignore::ResourceWarning", "-"]
    ran = subprocess.run(program, input="\n".join(blocks), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  # it is ours
    assert ran.returncode == 0, ran.stderr


def test_setup_commands() -> None:
    """The README has exactly two set up commands."""
    commands = re.findall(r"^```sh\n(python -m pip install nox.*?)\n```$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert commands == ["python -m pip install nox && nox -s quickstart", "python -m pip install nox && nox -s tests"]


def test_readme_application() -> None:
    """The README shows the application that the tests drive."""
    _, _, shown = (ROOT / "examples" / "fastapi_app.py").read_text().split('"""', 2)
    assert shown.strip() + "\n" in BLOCK.findall((ROOT / "README.md").read_text())


def test_readme_names() -> None:
    """The README names every error and every extra."""
    readme = (ROOT / "README.md").read_text()
    errors = {name for name in vars(stytch_b2b_async)["__all__"] if name.endswith("Error")}
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set() == {name for name in [*errors, *extras] if f"`{name}`" not in readme}


def test_documented_names() -> None:
    """Every public name extra and environment variable is documented."""
    pages = "\n".join(page.read_text() for page in PAGES)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    sources = "\n".join(source.read_text() for source in (ROOT / "stytch_b2b_async").rglob("*.py"))
    variables = set(re.findall(r"\bSTYTCH_[A-Z_]*[A-Z]\b|\b(?:HTTPS?|ALL|NO)_PROXY\b", sources))
    assert {"STYTCH_SECRET", "STYTCH_USE_UVLOOP", "NO_PROXY"} <= variables
    names = {*vars(stytch_b2b_async)["__all__"], *extras, *variables} - {"__version__"}
    assert [] == sorted(name for name in names if not re.search(rf"\b{name}\b", pages))


def test_the_index_lists_every_page() -> None:
    index = (ROOT / "docs" / "index.md").read_text()
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert pages == set(re.findall(r"\]\(([\w-]+\.md)\)", index))


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"], ids=lambda page: page.name)
def test_links_lead_to_what_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]*)(?:#([^):]*))?\)", page.read_text())
    broken = [
        (target, anchor)
        for target, anchor in links
        if not (linked := page.parent / target if target else page).exists() or (anchor and anchor not in _anchors(linked))
    ]
    assert [] == broken


def _anchors(page: Path) -> set[str]:
    """List the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
