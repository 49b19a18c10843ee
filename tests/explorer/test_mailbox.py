"""What a message fills in."""

import inspect
import re

import pytest

from stytch_b2b_async.catalog import endpoint
from stytch_b2b_async.emulator import Message, Outbox
from stytch_b2b_async.explorer.mailbox import TAKERS, filling, mailbox_of

KINDS = re.findall(r"`(\w+)`", inspect.getsource(Message).partition("What it is for:")[2].partition('"""')[0])
"""All kinds of messages, as they are documented."""


def test_every_message_has_a_form() -> None:
    assert set(KINDS) == set(TAKERS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_fills_the_form_that_takes_it(kind: str) -> None:
    """With its token or code, and with the address that a code counts for."""
    outbox = Outbox([Message(to="ada@example.com", kind=kind, **{"code" if kind.endswith("otp") else "token": "the secret"})])
    taker = TAKERS[kind]
    filled = dict(filling(outbox, "0", taker.operation))
    parameters = {parameter.name: parameter for parameter in endpoint(taker.operation).parameters}
    assert set(filled) <= set(parameters)
    assert "the secret" == filled.pop(taker.parameter)
    assert parameters[taker.parameter].sensitive
    assert filled in ({}, {"email_address": "ada@example.com"})
    assert f'href="/{taker.operation}?_mail=0"' in mailbox_of(outbox, "http://127.0.0.1:1")


@pytest.mark.parametrize("number", [None, "", "1", "-1", "x", "٣", "9" * 20])
def test_an_unknown_message_fills_nothing(number: str | None) -> None:
    outbox = Outbox([Message(to="a@example.com", kind="login", token="t")])
    assert [] == filling(outbox, number, "magic_links.authenticate")


def test_a_message_fills_no_other_form() -> None:
    outbox = Outbox([Message(to="a@example.com", kind="login", token="t")])
    assert [] == filling(outbox, "0", "passwords.email.reset")


def test_texts_of_messages_are_escaped() -> None:
    outbox = Outbox([Message(to="<b>@example.com", kind="<i>", token='"><script>')])
    drawn = mailbox_of(outbox, "http://127.0.0.1:1")
    assert not {"<b>", "<i>", "<script>"} & set(re.findall(r"<\w+>", drawn))
