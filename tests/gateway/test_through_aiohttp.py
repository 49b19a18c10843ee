"""With a release of aiohttp that it was not tested with, aiohttp itself answers: the same, as far as anybody can see."""

from pathlib import Path
from typing import Any

import pytest
from support.raw_http import RawServer, raw_server, request

from stytch_b2b_async.gateway import connection

from .conftest import TOKEN, OpenGateway, Setup
from .test_hostile import CASES, ORGANIZATION, post

GOOD = {
    "get": request("GET", ORGANIZATION, token=TOKEN),
    "post": post("Content-Type: application/json"),
    "no token": request("GET", ORGANIZATION, token=None),
    "HEAD": request("HEAD", ORGANIZATION, token=TOKEN),
    "HTTP/1.0": f"GET {ORGANIZATION} HTTP/1.0\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode(),
    "preflight": request(
        "OPTIONS", ORGANIZATION, "Origin: https://tools.example.com", "Access-Control-Request-Method: GET", token=None
    ),
}


@pytest.fixture(scope="module")
def upstream() -> Any:
    with raw_server() as server:
        yield server


@pytest.mark.skipif(not connection.IS_TESTED, reason="aiohttp itself answers in the other tests, too")
@pytest.mark.parametrize(
    "sent", [*GOOD.values(), *(case.values[0] for case in CASES[::6])], ids=[*GOOD, *(str(case.id) for case in CASES[::6])]
)
def test_same_answer(
    open_gateway: OpenGateway, upstream: RawServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    answers = []
    for is_tested in (True, False):
        monkeypatch.setattr(connection, "IS_TESTED", is_tested)
        audit = tmp_path / f"{is_tested}.jsonl"
        opened = open_gateway(base_url=f"http://127.0.0.1:{upstream.port}", audit=audit, origins=["https://tools.example.com"])
        with opened as gateway:
            setup = Setup(gateway, upstream, audit)
            answer = setup.ask(sent)
            line = setup.lines()[-1]
        answers.append(
            (answer.status, {**answer.headers, "date": "", "x-request-id": ""}, line["status"], line["error"], line["sent"])
        )
    own, through_aiohttp = answers
    assert own[0] == through_aiohttp[0]
    assert own[2:] == through_aiohttp[2:]
    assert own[1].keys() >= through_aiohttp[1].keys() - {"connection"}
