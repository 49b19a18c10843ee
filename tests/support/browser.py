"""What a browser does with the pages of the built-in identity provider."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import attrs

from stytch_b2b_async.emulator import Emulator


@attrs.frozen
class Form:
    """A form of a page."""

    action: str
    fields: dict[str, str] = attrs.field(factory=dict[str, str])


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given["action"]))
        elif tag == "input":
            self.forms[-1].fields[given["name"]] = given["value"]


@attrs.frozen
class Page:
    """What the emulator answered."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def forms(self) -> list[Form]:
        """The forms of the page."""
        parser = _Forms()
        parser.feed(self.text)
        return parser.forms


async def open_page(stytch: Emulator, path: str, *, form: dict[str, str] | None = None, **query: str) -> Page:
    """Open a page, or post a form to it; redirects are not followed."""
    url = f"{stytch.url}{path}" + (f"?{urlencode(query)}" if query else "")
    method = "GET" if form is None else "POST"
    async with (
        aiohttp.ClientSession() as browser,
        browser.request(method, url, data=form, allow_redirects=False) as response,
    ):
        return Page(response.status, {name.lower(): value for name, value in response.headers.items()}, await response.text())


async def choose(stytch: Emulator, path: str, fields: dict[str, str], **query: str) -> tuple[str, dict[str, str]]:
    """Open the start of a login and log in as somebody; return where the redirect leads, and its query."""
    page = await open_page(stytch, path, form=None, public_token=stytch.public_token, **query)
    assert 200 == page.status, page.text
    form = page.forms[-1]
    answer = await open_page(stytch, form.action, form={**form.fields, **fields})
    assert 303 == answer.status, answer.text
    parts = urlsplit(answer.headers["location"])
    found: dict[str, Any] = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return parts._replace(query="").geturl(), found
