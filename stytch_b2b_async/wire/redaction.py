"""Withhold texts that repeat a secret of the request, in any encoding.

Texts are withheld as a whole: a sentence with gaps would reveal the secret to readers who know the sentence. For the same reason,
secrets that ordinary texts contain by chance are not searched for: those shorter than 8 characters, including one-time codes, and
single words such as `password` or `weak_password`.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast
from urllib.parse import unquote

WITHHELD = "(withheld: it repeats a secret of the request)"

_MIN_LENGTH = 8
_WORD = r"[A-Za-z_]{1,30}"
_OWN_TEXTS = (  # in responses anyway
    "request-id-test- request-id-live- https://stytch.com/docs/b2b/api/errors/ https://stytch.com/docs/api/errors/ "
    "application/json; charset=utf-8 keep-alive timeout= no-store, no-cache"
)
_MAX_WORK = 1_000_000  # characters to search per error, in all encodings; the rest is withheld
_MAX_ROUNDS = 8  # nested encodings
_MAX_DEPTH = 64  # levels of error details
_ESCAPE = r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-7]{3})|([^\w\s]|[bfnrtv_]))"
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_BASE64 = r"[A-Za-z0-9+/]{11,}"
_HEX = r"[0-9a-fA-F]{16,}"
_NUMBERS = r"\d{1,3}(?:[,\s+]{1,3}\d{1,3}){7,}"


class Redaction:
    """Withholds texts that repeat a secret."""

    def __init__(self, secrets: Iterable[str]) -> None:
        wanted = [secret for secret in secrets if _is_searched_for(secret)]
        forms = {form for secret in wanted for form in (_folded(secret), _folded(_decoded_fully(secret)))}
        self._encodings = [form for form in forms if len(form) >= _MIN_LENGTH]
        self._work = _MAX_WORK
        self._clean = ""

    @property
    def searches(self) -> bool:
        """Whether there is any secret to search for."""
        return bool(self._encodings)

    def look_through(self, *texts: object) -> None:
        """Search several texts at once: if they are clean together, none needs its own search."""
        together = "\n".join(text for text in texts if isinstance(text, str))
        self._clean = "" if self.repeats(together) else together

    def repeats(self, text: str) -> bool:
        """Return whether a text repeats a secret; also True if the search would take too long."""
        if not self._encodings or not text or text in self._clean:
            return False
        for reading in _readings(text):
            self._work -= len(reading)
            folded = _folded(reading)
            if self._work < 0 or any(form in folded for form in self._encodings):
                return True
        return False

    def text(self, text: str | None) -> str | None:
        """Return a text unchanged, or withhold it."""
        return WITHHELD if text is not None and self.repeats(text) else text

    def name(self, name: str | None) -> str | None:
        """Return a name, type or URL unchanged, or None."""
        return None if name is None or self.repeats(name) else name

    def details(self, details: object) -> dict[str, Any] | None:
        """Return error details with withheld values; None if a key repeats a secret, or if nested too deeply."""
        if not isinstance(details, dict):
            return None
        try:
            return cast("dict[str, Any]", self._value(cast("object", details), _MAX_DEPTH))
        except _UnclearError:
            return None

    def _value(self, value: object, levels: int) -> object:
        if levels == 0:
            raise _UnclearError
        if isinstance(value, str):
            return self.text(whole(value))
        if isinstance(value, list):
            return [self._value(item, levels - 1) for item in cast("list[object]", value)]
        if isinstance(value, dict):
            entries = cast("dict[str, object]", value)
            if any(self.repeats(key) for key in entries):
                raise _UnclearError
            return {whole(key): self._value(item, levels - 1) for key, item in entries.items()}
        return value


class _UnclearError(Exception):
    """The details cannot be shown."""


def whole(text: str) -> str:
    """Replace unpaired surrogates, which cannot be encoded."""
    return text.encode("utf-8", "replace").decode()


def _is_searched_for(secret: str) -> bool:
    if len(secret) < _MIN_LENGTH or re.fullmatch(_WORD, secret):
        return False
    return secret.lower() not in _OWN_TEXTS


def _folded(text: str) -> str:
    """Normalize case, width and composition, and remove spaces and invisible characters."""
    if not text.isascii():
        text = re.sub(_IGNORABLE, "", unicodedata.normalize("NFKC", text))
    return re.sub(_DOUBLED, r"\1", text.casefold().translate(_UNSEEN))


_DOUBLED = r"(['\"])\1+"  # as SQL, YAML and CSV write one
_IGNORABLE = (  # Unicode's Default_Ignorable_Code_Point, as far as it is not unseen anyway, and the blank of braille
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_UNSEEN = dict.fromkeys(
    [
        *(ord("+"), *range(0x21), *range(0x7F, 0xA1), 0xAD, 0x1680, *range(0x2000, 0x2010), *range(0x2028, 0x2030)),
        *(*range(0x205F, 0x2070), 0x3000, 0xFEFF, 0xFFFD),
    ]
)


def _readings(text: str) -> Iterator[str]:
    """Yield a text and its decodings, nested ones included."""
    seen: set[str] = set()
    waiting = [(text, _MAX_ROUNDS)]
    while waiting:
        reading, rounds = waiting.pop()
        if reading in seen:
            continue
        seen.add(reading)
        yield reading
        if rounds:
            waiting += [(other, rounds - 1) for other in (*_decoded(reading), *_unpacked(reading))]


def _decoded_fully(text: str) -> str:
    from html import unescape  # needed for errors only

    for _ in range(_MAX_ROUNDS):
        after = _from_json(unescape(unquote(text)))
        if after == text:
            break
        text = after
    return text


def _decoded(text: str) -> Iterator[str]:
    """Yield the text decoded as URL, HTML, JSON or mail, and by all of these."""
    from html import unescape  # needed for errors only

    ways: tuple[tuple[str, Callable[[str], str]], ...] = (("%", unquote), ("&", unescape), ("\\", _from_json), ("=", _from_mail))
    once = text
    if "\0" in text:
        yield text.replace("\0", "")
    if not text.isascii():
        yield unicodedata.normalize("NFKC", text)
        yield _as_utf8(text)
    if "%u" in text:  # as JavaScript's escape() writes it
        yield _from_json(text.replace("%u", "\\u"))
    for sign, decode in ways:
        if sign in text:
            yield decode(text)
            once = decode(once)
    yield once


def _from_json(text: str) -> str:
    r"""Decode `\u0026`, `\/`, `\x26`, `\046` and similar escapes."""
    read = re.sub(_ESCAPE, _character, text)
    read = read.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _as_utf8(read)


def _character(found: re.Match[str]) -> str:
    braced, four, eight, two, octal, other = found.groups()
    if other is not None:
        return _CONTROLS.get(other, other)
    number = int(octal, 8) if octal is not None else int(braced or four or eight or two, 16)
    return chr(number) if number <= 0x10FFFF else ""  # noqa: PLR2004  # the highest code point


def _from_mail(text: str) -> str:
    return _as_utf8(re.sub(r"=([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), text))


def _as_utf8(text: str) -> str:
    """Decode UTF-8 whose bytes were each read as a character."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _unpacked(text: str) -> Iterator[str]:
    """Yield decodings of base64, hexadecimal and decimal runs, at every offset."""
    for run in re.findall(_BASE64, re.sub(r"\s*[\r\n]\s*", "", text).translate(_TO_BASE64)):
        for start in () if run.islower() else range(4):
            part = run[start:]
            yield from _texts(base64.b64decode(f"{part[: len(part) - 1 if len(part) % 4 == 1 else None]}{_PADDING[len(part) % 4]}"))
    for run in re.findall(_HEX, re.sub(r"0x|\\x|[\s:,;+-]", "", text)):
        for start in range(2):
            yield from _texts(binascii.unhexlify(run[start : len(run) - (len(run) - start) % 2]))
    for run in re.findall(_NUMBERS, text):
        yield from _texts(bytes(int(number) & 0xFF for number in re.findall(r"\d+", run)))


_TO_BASE64 = str.maketrans("-_", "+/")
_PADDING = ("", "", "==", "=")


def _texts(content: bytes) -> Iterator[str]:
    try:
        yield content.decode()
        if b"\0" not in content:
            return
    except UnicodeDecodeError:
        yield content.decode("utf-8", "ignore")
    yield content.decode("utf-16-le", "ignore")
    yield content.decode("utf-16-be", "ignore")
