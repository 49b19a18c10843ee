"""Find the project's secret in what the API says."""

import base64
import json
from typing import Final
from urllib.parse import quote

import msgspec

from stytch_b2b_async.config import Config

_MIN_LENGTH: Final = 8


class Echoes:
    """Finds the secret, plain or encoded. Case does not matter, and neither do JSON's escapes."""

    def __init__(self, config: Config) -> None:
        forms = {form for secret in config.secrets if len(secret) >= _MIN_LENGTH for form in _forms(secret)}
        self._forms = tuple(form.casefold().encode() for form in sorted(forms))

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
        folded = text.lower()
        return any(form in folded for form in self._forms)


def _forms(secret: str) -> set[str]:
    raw = secret.encode()
    forms = {secret, json.dumps(secret)[1:-1], quote(secret, safe=""), raw.hex(), secret[::-1]}
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw).decode().rstrip("=")
        end = len(encoded) - bool((offset + len(raw)) % 3)  # without the characters that hold bits of what surrounds it
        whole = encoded[-(-offset * 8 // 6) : end]
        if len(whole) >= _MIN_LENGTH:
            forms |= {whole, whole.translate(str.maketrans("+/", "-_"))}
    return forms
