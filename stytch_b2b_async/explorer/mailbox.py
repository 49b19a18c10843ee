"""The emulator's mailbox beside the form: a mailed link or code fills the form that takes it."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlencode

import attrs

from stytch_b2b_async._html import Html, element
from stytch_b2b_async.emulator import Message, Outbox

from .reply import copy_button

_MAX_SHOWN: Final = 20


@attrs.frozen
class _Taker:
    """The endpoint that takes what a message carries."""

    operation: str
    parameter: str
    """Of the token or code."""
    address: str | None = None
    """The parameter of the recipient's address."""


TAKERS: Final[Mapping[str, _Taker]] = {
    "login": _Taker("magic_links.authenticate", "magic_links_token"),
    "signup": _Taker("magic_links.authenticate", "magic_links_token"),
    "invite": _Taker("magic_links.authenticate", "magic_links_token"),
    "email_update": _Taker("magic_links.authenticate", "magic_links_token"),
    "discovery": _Taker("magic_links.discovery.authenticate", "discovery_magic_links_token"),
    "password_reset": _Taker("passwords.email.reset", "password_reset_token"),
    "discovery_password_reset": _Taker("passwords.discovery.email.reset", "password_reset_token"),
    "sms_otp": _Taker("otps.sms.authenticate", "code"),
    "email_otp": _Taker("otps.email.authenticate", "code", "email_address"),
    "discovery_email_otp": _Taker("otps.email.discovery.authenticate", "code", "email_address"),
}


def mailbox_of(outbox: Outbox, url: str) -> Html:
    """Draw the newest messages, newest first."""
    cards = cards_of(outbox, range(len(outbox) - 1, max(-1, len(outbox) - 1 - _MAX_SHOWN), -1))
    pages = element("a", "Members, sessions and calls", href=f"{url}/_emulator/", target="_blank", rel="noopener noreferrer")
    empty = element("p", "No mail yet. What the emulator would send arrives here.", class_="quiet")
    return element("div", *(cards or [empty]), element("p", pages, class_="quiet"), data_count=str(len(outbox)))


def cards_of(outbox: Outbox, numbers: Iterable[int]) -> list[Html]:
    """Draw some messages."""
    return [_card(number, outbox[number]) for number in numbers if number < len(outbox)]


def filling(outbox: Outbox, number: str | None, operation: str) -> list[tuple[str, str]]:
    """Return what a message fills in: the token or code, and the address for which a code counts."""
    known = number is not None and number.isascii() and number.isdecimal() and len(number) < 10 and int(number) < len(outbox)  # noqa: PLR2004  # digits
    message = outbox[int(number)] if known and number is not None else None
    taker = TAKERS.get(message.kind) if message else None
    if message is None or taker is None or taker.operation != operation:
        return []
    address = [(taker.address, message.to)] if taker.address else []
    return [*address, (taker.parameter, _content(message))]


def _card(number: int, message: Message) -> Html:
    taker = TAKERS.get(message.kind)
    actions: list[object] = []
    if taker is not None:
        link = f"/{taker.operation}?{urlencode({'_mail': number})}"
        actions.append(element("a", "Fill ", element("code", taker.operation), href=link, class_="button small"))
    actions.append(copy_button(_content(message), "code" if message.to_dict()["code"] else "token"))
    title = element("h3", message.kind.replace("_", " ").capitalize())
    return element("article", title, element("p", f"to {message.to}", class_="quiet"), element("span", *actions), class_="mail")


def _content(message: Message) -> str:
    held = message.to_dict()
    return held["token"] or held["code"] or ""
