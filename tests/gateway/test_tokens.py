"""Gateway tokens and their file."""

import hmac
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.raw_http import exchange, raw_server, request

from stytch_b2b_async.gateway import Gateway, GatewayToken, TokenFile

from .conftest import TOKEN, TOKENS, OpenGateway


def asked(gateway: Gateway, token: str) -> int:
    return exchange(int(gateway.url.rpartition(":")[2]), request("GET", "/v1/b2b/organizations/x", token=token)).status


def until(gateway: Gateway, token: str, status: int) -> None:
    """Ask until the status is that one."""
    deadline = time.monotonic() + 10
    while asked(gateway, token) != status:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_generated_tokens() -> None:
    """Random, and their text is in no repr."""
    texts = {GatewayToken.generate("a")[1] for _ in range(100)}
    assert 100 == len(texts)
    token, text = GatewayToken.generate("a", allow="passwords.*", expires_in=timedelta(hours=1))
    assert len(text) > 50
    assert text not in repr(token)
    assert token.digest not in repr(token)
    assert not token.is_expired


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"name": "", "digest": "0" * 64}, "name"),
        ({"name": "a\nb", "digest": "0" * 64}, "name"),
        ({"name": "a", "digest": "0" * 63}, "digest"),
        ({"name": "a", "digest": "A" * 64}, "digest"),
        ({"name": "a", "digest": "0" * 64, "expires_at": datetime(2030, 1, 1)}, "time zone"),  # noqa: DTZ001  # the point
    ],
)
def test_invalid_values(values: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        GatewayToken(**values)


@pytest.mark.parametrize("text", ["", "short", "a" * 31, "a b" * 20, "é" * 40, "a\n" * 40, "a" * 600])
def test_tokens_that_are_easy_to_guess(text: str) -> None:
    with pytest.raises(ValueError, match="at least 32"):
        GatewayToken.of(text, "a")


def test_every_token_is_compared_in_constant_time(open_gateway: OpenGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether and where one matches makes no difference."""
    compared: list[tuple[str, str]] = []
    original = hmac.compare_digest

    def noted(one: str, other: str) -> bool:
        compared.append((one, other))
        return original(one, other)

    monkeypatch.setattr("hmac.compare_digest", noted)
    with raw_server() as upstream, open_gateway(base_url=f"http://127.0.0.1:{upstream.port}") as gateway:
        for token in (TOKEN, "x" * 40):
            compared.clear()
            asked(gateway, token)
            assert [token.digest for token in TOKENS] == [one for one, _ in compared]


def test_a_file_that_changes(open_gateway: OpenGateway, tmp_path: Path) -> None:
    """New tokens are valid and revoked ones are not, within a second; none is while the file is broken."""
    file = TokenFile(tmp_path / "tokens.json")
    first, first_text = GatewayToken.generate("first", expires_in=timedelta(days=1))
    second, second_text = GatewayToken.generate("second", allow="effect:reads")
    file.write([first])
    assert [first.name] == [token.name for token in file.read()]
    with (
        raw_server() as upstream,
        open_gateway(base_url=f"http://127.0.0.1:{upstream.port}", tokens=[], token_file=file.path) as gateway,
    ):
        assert (200, 401) == (asked(gateway, first_text), asked(gateway, second_text))
        TokenFile(file.path).write([second])
        until(gateway, second_text, 200)
        assert 401 == asked(gateway, first_text)
        file.path.write_text("{}")
        until(gateway, second_text, 401)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"tokens":{}}',
        '{"tokens":[1]}',
        '{"tokens":[{}]}',
        '{"tokens":[{"name":"a"}]}',
        '{"tokens":[{"name":"a","digest":"x"}]}',
        '{"tokens":[{"name":"a","digest":"%s","allow":"nothing.*"}]}' % ("0" * 64),
        '{"tokens":[{"name":"a","digest":"%s","expires_at":"soon"}]}' % ("0" * 64),
        '{"tokens":[{"name":"a","digest":"%s","expires_at":"2030-01-01"}]}' % ("0" * 64),
        '{"tokens":[{"name":"a","digest":"%s","admin":true}]}' % ("0" * 64),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: str) -> None:
    """Half a file is none: its other tokens are refused, too."""
    path = tmp_path / "tokens.json"
    path.write_text(content)
    path.chmod(0o600)
    file = TokenFile(path)
    file.tokens = (GatewayToken.of(TOKEN, "before"),)
    with pytest.raises(ValueError, match=r"."):
        file.refresh()
    assert not file.tokens


def test_a_gateway_for_anybody() -> None:
    with pytest.raises(ValueError, match="anybody could use the secret"):
        Gateway("project-test-1", "secret-test-1")


def test_two_tokens_of_one_name() -> None:
    """The audit log could not tell them apart."""
    tokens = [GatewayToken.generate("a", allow=None)[0] for _ in range(2)]
    with pytest.raises(ValueError, match="same name"):
        Gateway("project-test-1", "secret-test-1", tokens=tokens)


def test_expiry() -> None:
    moment = datetime.now(UTC)
    assert GatewayToken.of(TOKEN, "a", expires_at=moment - timedelta(seconds=1)).is_expired
    assert not GatewayToken.of(TOKEN, "a", expires_at=moment + timedelta(minutes=1)).is_expired
