"""The mailbox."""

from stytch_b2b_async.emulator.codec import HTTPResponse, read_query
from stytch_b2b_async.emulator.outbox import Message
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.wire.incoming import HTTPRequest

from .html import Html, element, joined, link
from .layout import page

_MAX_SHOWN = 100


def show(project: Project, request: HTTPRequest) -> HTTPResponse:
    """Show the newest messages, newest first; with `?to=`, those to an address or phone number."""
    address = read_query(request).get("to")
    messages = list(project.outbox) if address is None else project.outbox.to(address)
    newest = messages[: -_MAX_SHOWN - 1 : -1]
    whose = (
        element("p", "To ", element("strong", address), " · ", link("all messages", "/_emulator/pages/mail")) if address else Html()
    )
    empty = element("p", "No mail yet.", class_="empty")
    return page(project, "Mail", whose, joined(map(card, newest)) if newest else empty)


def card(message: Message) -> Html:
    """Show a message as its recipient sees it."""
    shown = message.to_dict()
    url, code = shown["url"], shown["code"]
    title = element("h2", message.kind.replace("_", " ").capitalize())
    to = element("p", "To ", link(message.to, f"/_emulator/pages/mail?to={_quoted(message.to)}"), class_="quiet")
    button = element("p", link("Open the link", url, class_="open", rel="noreferrer")) if url else Html()
    address = element("p", element("code", url), class_="quiet") if url else Html()
    instead = shown["login_url"]
    login = element("p", link("Log in without a password", instead, rel="noreferrer")) if instead else Html()
    passcode = element("p", code, class_="passcode") if code else Html()
    return element("article", title, to, passcode, button, address, login, class_="mail")


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")
