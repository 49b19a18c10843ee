"""Replies as HTML."""

import json
from typing import Any

import pytest

from stytch_b2b_async.catalog import endpoint, endpoints
from stytch_b2b_async.explorer.form import Entries
from stytch_b2b_async.explorer.history import MAX_KEPT, Exchange, History
from stytch_b2b_async.explorer.reply import reply_of
from stytch_b2b_async.explorer.seen import Seen


def exchange(body: bytes, *, status: int | None = 200, operation: str = "debug.whoami", number: int = 1) -> Exchange:
    return Exchange(number=number, operation=operation, entries=Entries(), status=status, body=body, milliseconds=1.5)


def drawn(body: Any, *, status: int = 200, operation: str = "debug.whoami") -> str:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return reply_of(exchange(text, status=status, operation=operation), endpoint(operation))


@pytest.mark.parametrize("operation", list(endpoints()))
def test_secrets_of_replies_are_folded_away(operation: str) -> None:
    """Each secret that a response declares is behind a fold, wherever it stands; the rest is in sight."""
    declared = endpoint(operation)
    body = declared.response.example().to_dict()
    tree, _, _ = drawn(body, operation=operation).partition("<summary>Headers")
    secrets = [text for name, text in _strings(body) if text.startswith("example-") and len(text) >= 44]
    for text in secrets:
        assert f'<details class="secret"><summary>•••••• show</summary><span class="value text">{text}' in tree
    assert "request-id-test" in tree


@pytest.mark.parametrize(
    "body",
    [b"", b"not JSON", b"[1]", b'"text"', b"\\xff", b"[" * 100_000, b'{"a":' * 500 + b"1" + b"}" * 500, b"null", b"9" * 5000],
    ids=range(9),
)
@pytest.mark.parametrize("status", [200, 500])
def test_any_body_is_drawn(body: bytes, status: int) -> None:
    assert f">{status}<" in drawn(body, status=status)


def test_large_replies_are_bounded() -> None:
    """A tree of some thousand values, and some hundred thousand characters of JSON."""
    text = drawn({"results": [{"name": f"<{number}>"} for number in range(50_000)]})
    assert "the rest is in the JSON" in text
    assert "characters more" in text
    assert "<0>" not in text
    assert len(text) < 3_000_000


def test_links_of_errors_are_web_pages() -> None:
    text = drawn({"error_type": "x", "error_url": "javascript:alert(1)"}, status=400)
    assert "href" not in text


def test_no_reply_says_whether_it_was_applied() -> None:
    failed = Exchange(number=1, operation="debug.whoami", entries=Entries(), status=None, failure="It <may> be.", milliseconds=1)
    assert "It &lt;may&gt; be." in reply_of(failed, endpoint("debug.whoami"))


def test_history_is_bounded() -> None:
    """Fifty calls, and replies of a megabyte."""
    history = History()
    for _ in range(60):
        number = history.next_number()
        history.add(exchange(b"x" * (MAX_KEPT + number % 2), number=number))
    assert 50 == len(history)
    assert [0, MAX_KEPT] == sorted({len(each.body) for each in history.newest_first()})
    assert history.find("10") is None
    assert 60 == getattr(history.find("60"), "number", None)


def test_offers_are_few_and_newest_first() -> None:
    seen = Seen()
    for number in range(10):
        seen.note({"organization": {"organization_id": f"o{number}", "organization_name": f"n{number}"}, "request_id": "r"})
    seen.note([{"organization_id": "o8"}])
    assert [("o8", "n8"), ("o9", "n9"), ("o7", "n7"), ("o6", "n6")] == [
        (offer.value, offer.label) for offer in seen.offers()["organization_id"]
    ]
    assert {"organization_id"} == set(seen.offers())


def _strings(value: Any, name: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in _strings(inner, key)]
    if isinstance(value, list):
        return [pair for inner in value for pair in _strings(inner, name)]
    return [(name, value)] if isinstance(value, str) else []
