"""Find the project's secret in what the API says."""

import base64
import json
from typing import Final
from urllib.parse import quote

import msgspec

from stytch_b2b_async.config import Config

_MIN_LENGTH: Final = 8


class Echoes:
    """Finds the secret, plain in any case, or encoded; JSON's escapes do not hide it."""

    def __init__(self, config: Config) -> None:
        secret = config.secret or ""
        self._folded = tuple(form.encode() for form in (secret.lower(), secret.encode().hex()) if len(secret) >= _MIN_LENGTH)
        self._forms = tuple(sorted(form.encode() for form in _forms(secret)))

    def occur_in(self, body: bytes) -> bool:
        """Return whether a body repeats the secret; also True if that cannot be told."""
        if self._search(body):
            return True
        if b"\\" not in body:
            return False
        try:
            plain = msgspec.json.encode(msgspec.json.decode(body))  # only with the escapes that must be
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return True
        return self._search(plain) or self._search(plain.replace(b"\\", b""))

    def _search(self, text: bytes) -> bool:
        if any(form in text for form in self._forms):
            return True
        folded = text.lower()
        return any(form in folded for form in self._folded)


def _forms(secret: str) -> set[str]:
    """Return what the secret looks like when encoded; Basic credentials end with one of its forms in base64."""
    raw = secret.encode()
    forms = {json.dumps(secret)[1:-1], quote(secret, safe="")}
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw).decode().rstrip("=")
        end = len(encoded) - bool((offset + len(raw)) % 3)  # without characters that also hold bits of the text around it
        within = encoded[-(-offset * 8 // 6) : end]
        forms |= {within, within.translate(str.maketrans("+/", "-_"))}
    return {form for form in forms if len(form) >= _MIN_LENGTH and form != secret}
