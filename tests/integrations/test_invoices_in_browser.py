# ruff: noqa: S603  # our own program
"""The invoices application in a browser: log in, be refused, log out, choose a new password."""

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


@pytest.fixture
def addresses() -> Iterator[tuple[str, str]]:
    """Run the application as its users do; returns its address, and that of its mail."""
    program = [sys.executable, "-W", "error", "-u", "-m", "examples.fastapi_invoices", "0"]
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


def log_in(page: Page, email: str, password: str) -> None:
    page.fill("[name=email_address]", email)
    page.fill("[name=password]", password)
    page.get_by_role("button", name="Log in", exact=True).click()


def test_a_visit(page: Page, addresses: tuple[str, str]) -> None:
    site, mail = addresses
    page.goto(f"{site}/acme/invoices")
    log_in(page, "ada@acme.example", "a wrong guess")
    assert "is wrong" in page.inner_text("main")
    log_in(page, "ada@acme.example", PASSWORD)
    page.get_by_role("button", name="Acme").click()
    assert f"{site}/acme/invoices" == page.url

    page.fill("[name=customer]", "Babbage & <Sons>")
    page.fill("[name=amount]", "12.50")
    page.get_by_role("button", name="Create").click()
    assert "Babbage & <Sons>\t12.50 €\topen" in page.inner_text("table")
    page.get_by_role("button", name="Mark as paid").click()
    assert "paid" in page.inner_text("table")

    page.goto(f"{site}/globex/invoices")
    assert "You may not do that" == page.inner_text("h1")
    page.goto(f"{site}/")
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{site}/acme/invoices")
    assert page.url.startswith(f"{site}/auth/login")

    page.get_by_role("link", name="Forgot your password?").click()
    page.fill("[name=email_address]", "grace@acme.example")
    page.get_by_role("button", name="Mail me a link").click()
    page.goto(mail)
    page.get_by_role("link", name="Open the link").click()
    page.fill("[name=password]", "another-teapot-orbits-48")
    page.get_by_role("button", name="Save and log in").click()
    page.get_by_role("button", name="Acme").click()
    assert "Invoices of acme" == page.inner_text("h1")
    assert 0 == page.get_by_role("button", name="Create").count()
