# ruff: noqa: S603  # our own programs
"""The applications with notes in a browser: log in by password and by mail, be refused, log out."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
PASSWORD = "wobbly-teapot-orbits-47"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium"),
]


@pytest.fixture(params=["django_notes", "flask_notes", "litestar_notes"])
def addresses(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Run an application as its users do; returns its address, and that of its mail."""
    program = [sys.executable, "-W", "error", "-u", "-m", f"examples.{request.param}", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        assert run.stdout is not None
        said = [run.stdout.readline().split()[1] for _ in range(2)]
        yield said[0].rstrip("/"), said[1]
        run.terminate()
        rest = run.stdout.read()
    assert "Traceback" not in rest, rest


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(15_000)
        yield page
        browser.close()


def test_a_visit(page: Page, addresses: tuple[str, str]) -> None:
    site, mail = addresses
    page.goto(f"{site}/acme/notes")
    page.fill("[name=email_address]", "ada@acme.example")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Acme").click()
    assert f"{site}/acme/notes" == page.url
    page.fill("[name=text]", "milk & <honey>")
    page.get_by_role("button", name="Add").click()
    assert "milk & <honey>" in page.inner_text("ul")

    page.goto(f"{site}/globex/notes")
    assert "You may not do that" == page.inner_text("h1")
    page.get_by_role("link", name="Back to your notes").click()
    page.get_by_role("button", name="Remove").click()
    assert "There are no notes yet." in page.inner_text("main")
    page.get_by_role("button", name="Log out").click()

    page.goto(f"{site}/auth/login?organization=acme&next=/acme/notes")
    page.fill("[name=email_address]", "grace@acme.example")
    page.get_by_role("button", name="Mail me a link").click()
    page.goto(mail)
    page.get_by_role("link", name="Open the link").click()
    assert f"{site}/acme/notes" == page.url
    page.fill("[name=text]", "water")
    page.get_by_role("button", name="Add").click()
    assert 0 == page.get_by_role("button", name="Remove").count()
