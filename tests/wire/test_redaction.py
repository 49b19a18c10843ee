"""What comes back and repeats a secret of the request is withheld whole, in whatever spelling it comes; all else is left alone."""

import base64
import html
import json
import re
import time
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stytch_b2b_async.wire.redaction import WITHHELD, Redaction, whole

SECRETS = [
    'pa55/w"ord <&é+\\x',
    "eyJhbGciOiJSUzI1NiJ9.e30.c2ln-_A",
    "correct horse battery staple",
    "100%41 & more; \\u0041bc",
    "пароль-и-ключ",
]


def _entities(base: str) -> Callable[[str], str]:
    return lambda text: "".join(f"&#{'x' if base == 'x' else ''}{format(ord(letter), base)};" for letter in text)


def _php(text: str) -> str:
    return json.dumps(text).replace("/", "\\/")


def _go(text: str) -> str:
    escaped = json.dumps(text, ensure_ascii=False)
    return "".join(f"\\u{ord(letter):04x}" if letter in "&<>+" else letter for letter in escaped)


def _mixed_percent(text: str) -> str:
    return "".join(f"%{byte:02x}" if index % 2 else f"%{byte:02X}" for index, byte in enumerate(text.encode()))


def _base64_at(offset: int, *, urlsafe: bool = False) -> Callable[[str], str]:
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    return lambda text: encode(b"x" * offset + text.encode() + b"after").decode()


ENCODERS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "lower percent": lambda text: _mixed_percent(text).lower(),
    "mixed percent": _mixed_percent,
    "form": quote_plus,
    "json": json.dumps,
    "json as go": _go,
    "json as php": _php,
    "json as rust": lambda text: "".join(f"\\u{{{ord(letter):x}}}" for letter in text),
    "page": html.escape,
    "decimal entities": _entities("d"),
    "hexadecimal entities": _entities("x"),
    "repr": repr,
    "bytes' repr": lambda text: repr(text.encode()),
    "octal": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
    "base64": _base64_at(0),
    "base64 + 1": _base64_at(1),
    "base64 + 2": _base64_at(2, urlsafe=True),
    "base64, lines": lambda text: base64.encodebytes(b"y" * 50 + text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "hex, upper": lambda text: text.encode().hex().upper(),
    "hex, spaced": lambda text: text.encode().hex(" "),
    "bytes as numbers": lambda text: str(list(text.encode())),
    "quoted-printable": lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    "utf-16": lambda text: "\0".join(text) + "\0",
    "utf-16 in base64": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "wide": lambda text: "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "upper": str.upper,
    "in lines": lambda text: re.sub("(.)", "\n\\1", text),
}


LOSSY = {"upper", "in lines", "decomposed"}
"""What cannot be undone once a text is encoded."""
SECOND = {name: encode for name, encode in ENCODERS.items() if name not in LOSSY}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("first", ENCODERS)
def test_spellings(secret: str, first: str) -> None:
    """A mirrored secret is found in every spelling. Once and twice encoded, in the middle of a sentence."""
    redaction = Redaction([secret])
    once = ENCODERS[first](secret)
    shown = [name for name, encode in SECOND.items() if redaction.text(f"Bad value: {encode(once)} is not allowed.") != WITHHELD]
    assert not shown


IGNORABLE = "\u034f\u061c\u115f\u17b4\u180e\u200b\u200d\u2060\u2064\u2800\u3164\ufe00\ufe0f\uffa0\U0001d173\U000e0020\U000e0100"


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("unseen", IGNORABLE, ids=ascii)
def test_invisible_characters(secret: str, unseen: str) -> None:
    """A mirrored secret is found among what cannot be seen."""
    assert WITHHELD == Redaction([secret]).text(f"Bad value: {unseen.join(secret)} is not allowed.")


DIALECTS: dict[str, Callable[[str], str]] = {
    "sql": lambda text: text.replace("'", "''"),
    "csv": lambda text: text.replace('"', '""'),
    "markdown": lambda text: re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text),
    "escape()": lambda text: "".join(f"%u{ord(letter):04X}" for letter in text),
    "utf-8 as latin-1": lambda text: text.encode().decode("latin-1"),
}


@pytest.mark.parametrize("secret", [*SECRETS, "it's-a_\"p4ss\"'w0rd'"])
@pytest.mark.parametrize("encode", DIALECTS.values(), ids=DIALECTS)
def test_other_languages(secret: str, encode: Callable[[str], str]) -> None:
    """A mirrored secret is found in other languages."""
    assert WITHHELD == Redaction([secret]).text(f"Bad value: {encode(secret)} is not allowed.")


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("encode", [lambda text: quote(text, safe=""), html.escape, json.dumps], ids=["percent", "page", "json"])
def test_triple_encoding(secret: str, encode: Callable[[str], str]) -> None:
    """A secret that is encoded three times is found."""
    assert Redaction([secret]).repeats(encode(encode(encode(secret))))


SENTENCES = [
    "The password does not meet the project's strength policy.",
    "session_duration_minutes must lie between 5 and 527040.",
    "No such session.",
    "https://stytch.com/docs/b2b/api/errors/400#weak_password",
    "request-id-test-11111111-1111-4111-8111-111111111111",
    "organization-test-07971b06-ac8b-4cdb-9c15-63b17e653931 has no member with that address: Ada.Lovelace+test@example.com",
]
COMMON = ["a", "e", "password", "policy", "session", "weak_password", "123456", "1234567", "docs/b2b", "request-id-test-", ""]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("secret", [*COMMON, *SECRETS])
def test_api_sentence(sentence: str, secret: str) -> None:
    """A sentence of the API is shown as it came.

    Whatever the secret: a hole in a sentence that everybody knows tells what is missing.
    """
    redaction = Redaction([secret])
    assert sentence == redaction.text(sentence)
    assert sentence == redaction.name(sentence)


@given(st.text(), st.text(min_size=8, max_size=40))
def test_a_text_is_shown_whole_or_not_at_all(text: str, secret: str) -> None:
    assert Redaction([secret]).text(text) in {text, WITHHELD}


@given(st.text(min_size=12, max_size=40).filter(lambda secret: len({*secret}) > 9 and any(letter.isdigit() for letter in secret)))
def test_any_secret_is_found_in_json(secret: str) -> None:
    redaction = Redaction([whole(secret)])
    if redaction.searches:
        assert redaction.repeats(f"say {json.dumps(whole(secret))} again")


class TestDetails:
    def test_values_are_withheld_whole(self) -> None:
        details = {"sent": "it was hunter2-hunter2!", "kept": ["all right", 5, None, {"x": 1.5}]}
        expected = {"sent": WITHHELD, "kept": ["all right", 5, None, {"x": 1.5}]}
        assert expected == Redaction(["hunter2-hunter2"]).details(details)

    def test_keys_with_secrets(self) -> None:
        """Keys that repeat a secret withhold them all."""
        assert Redaction(["hunter2-hunter2"]).details({"a": [{"hunter2-hunter2": 1}]}) is None

    @pytest.mark.parametrize("container", [lambda inner: [inner], lambda inner: {"a": inner}], ids=["list", "dict"])
    def test_too_deep(self, container: Callable[[Any], Any]) -> None:
        """What is too deep to look through is withheld."""
        details: Any = {}
        for _ in range(450):
            details = {"a": container(details)}
        assert Redaction(["hunter2-hunter2"]).details(details) is None

    @pytest.mark.parametrize("details", [None, [], "text", 5, True])
    def test_what_is_no_object_is_none(self, details: Any) -> None:
        assert Redaction([]).details(details) is None


@pytest.mark.parametrize("part", ["%25", "&amp;", "\\\\", "A", "QUFB", "41", "65, ", "x", "=3D", "é", "%25&amp;"])
def test_no_text_keeps_it_busy(part: str) -> None:
    started = time.process_time()
    Redaction(SECRETS).text(part * (100_000 // len(part)))
    assert time.process_time() - started < 2
