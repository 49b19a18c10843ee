"""Ids, tokens and addresses that were sent or received, to be offered in forms."""

import re
from collections import deque
from collections.abc import Mapping
from typing import Any, Final, cast

from .form import Offer

_NAMES: Final = re.compile(r"(?:_id|_token|_jwt|_secret|_slug|email_address|phone_number)$")
_LABELS: Final = ("organization_name", "email_address", "name", "display_name", "client_name", "organization_slug")
_ALIASES: Final = {"next_cursor": "cursor"}
"""Names in responses, and those of the parameters that take them."""
_NOT_OFFERED: Final = frozenset({"request_id"})
_MAX_OFFERED: Final = 4
_MAX_LENGTH: Final = 4096
_MAX_NODES: Final = 20_000


class Seen:
    """The newest values by the name of their field."""

    def __init__(self) -> None:
        self._offers: dict[str, deque[Offer]] = {}
        self._left = 0

    def note(self, value: Any) -> None:
        """Note the values of a request or a reply."""
        self._left = _MAX_NODES
        self._walk(value)

    def offers(self) -> Mapping[str, tuple[Offer, ...]]:
        """Return what to offer, newest first."""
        return {name: tuple(found) for name, found in self._offers.items()}

    def clear(self) -> None:
        """Forget all values."""
        self._offers.clear()

    def _walk(self, value: Any, depth: int = 16) -> None:
        self._left -= 1
        if self._left < 0 or depth == 0:
            return
        if isinstance(value, dict):
            entries = cast("dict[str, Any]", value)
            for name, inner in entries.items():
                self._note(_ALIASES.get(name, name), inner, entries)
                self._walk(inner, depth - 1)
        elif isinstance(value, list):
            for item in cast("list[Any]", value):
                self._walk(item, depth - 1)

    def _note(self, name: str, value: Any, beside: Mapping[str, Any]) -> None:
        if not isinstance(value, str) or not 0 < len(value) <= _MAX_LENGTH or name in _NOT_OFFERED:
            return
        if name == "cursor" or _NAMES.search(name):
            found = self._offers.setdefault(name, deque(maxlen=_MAX_OFFERED))
            known = next((offer for offer in found if offer.value == value), None)
            label = _label(name, value, beside) or (known.label if known else "")
            if known:
                found.remove(known)
            found.appendleft(Offer(value, label))


def _label(name: str, value: str, beside: Mapping[str, Any]) -> str:
    """Describe an id by what stands beside it in its own object: the name of an organization, the address of a member."""
    if not name.endswith("_id"):
        return ""
    kind = name.removesuffix("_id")
    own = {f"{kind}_name", "email_address"} if kind == "member" else {f"{kind}_name", f"{kind}_slug", "display_name", "client_name"}
    texts = (beside.get(label) for label in _LABELS if label in own)
    return next((text[:40] for text in texts if isinstance(text, str) and text and text != value), "")
