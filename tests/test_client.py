import asyncio
import inspect
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aioresponses import aioresponses
from support.http_servers import PROJECT_ID, SECRET, Answer, Script, Scripted, Step, basic_auth, failed, lose, ok, serving

from stytch_b2b_async import (
    APIConnectionError,
    APIStatusError,
    BlockingClient,
    Client,
    ClientClosedError,
    DecodeError,
    MemberLockedError,
    NotFoundError,
    RateLimitError,
    Request,
    SearchTimeoutError,
    SessionPool,
)
from stytch_b2b_async.api.passwords import StrengthCheck
from stytch_b2b_async.api.passwords.discovery.email import ResetStart
from stytch_b2b_async.api.passwords.email import RequireReset
from stytch_b2b_async.runtime import retry

STRONG = {
    "valid_password": True,
    "score": 4,
    "breached_password": False,
    "strength_policy": "zxcvbn",
    "breach_detection_on_create": False,
}
READS = StrengthCheck(password="correct horse")
REPEATABLE = RequireReset(email_address="ada@example.com")
ACTS_ONCE = ResetStart(email_address="ada@example.com")
ANY: list[Request[Any]] = [READS, REPEATABLE, ACTS_ONCE]
HARMLESS: list[Request[Any]] = [READS, REPEATABLE]
GOOD = ok(**STRONG)


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "INITIAL_BACKOFF", 0.002)


@asynccontextmanager
async def against(*steps: Step, **options: Any) -> AsyncIterator[tuple[Client, Script]]:
    async with serving(*steps) as server, Client(PROJECT_ID, SECRET, base_url=server.url, **options) as client:
        yield client, server


def name_of(request: Request[Any]) -> str:
    return request.effect.value


TROUBLES: list[tuple[str, Step, list[Request[Any]]]] = [
    ("a lost connection", lose, HARMLESS),
    ("a 500", failed(500), HARMLESS),
    ("a 503 that says when", failed(503, Retry_After="0"), HARMLESS),
    ("a 502 page", Answer(b"<html>", 502), HARMLESS),
    ("a 429", failed(429, "too_many_requests"), ANY),
    ("a 429 that says when", failed(429, "too_many_requests", Retry_After="0"), ANY),
    ("a search timeout", failed(400, "search_timeout"), ANY),
]


@pytest.mark.parametrize(("trouble", "repeated"), [row[1:] for row in TROUBLES], ids=[row[0] for row in TROUBLES])
@pytest.mark.parametrize("request_", ANY, ids=name_of)
async def test_retry_by_effect(request_: Request[Any], trouble: Step, repeated: list[Request[Any]]) -> None:
    """An attempt is repeated only where it cannot act twice."""
    async with against(trouble, GOOD) as (client, server):
        if request_ in repeated:
            assert 2 == (await client.send(request_)).attempts
        else:
            with pytest.raises((APIConnectionError, APIStatusError)) as caught:
                await client.send(request_)
            assert 1 == caught.value.attempts
            assert request_ is caught.value.request
    assert 1 + (request_ in repeated) == len(server.seen)
    assert 1 == len({(seen.method, seen.path, seen.body) for seen in server.seen})


@pytest.mark.parametrize("request_", ANY, ids=name_of)
async def test_retry_when_never_connected(request_: Request[Any]) -> None:
    """A connection that was never made is tried again whatever the effect."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        async with Client(PROJECT_ID, SECRET, base_url=f"http://127.0.0.1:{closed.getsockname()[1]}") as client:
            with pytest.raises(APIConnectionError) as caught:
                await client.send(request_)
    assert str(caught.value).endswith("(after 3 attempts)")
    assert (3, False) == (caught.value.attempts, caught.value.maybe_applied)


FINAL: list[tuple[Answer, type[APIStatusError | DecodeError]]] = [
    (failed(404, "member_not_found"), NotFoundError),
    (failed(429, "user_lock_limit_reached"), MemberLockedError),
    (Answer(b"no JSON"), DecodeError),
    (Answer({}, 302, {"Location": "https://example.com"}), APIStatusError),
]


@pytest.mark.parametrize(("answer", "kind"), FINAL, ids=[kind.__name__ for _, kind in FINAL])
async def test_no_retry_of_certain_failures(answer: Answer, kind: type[APIStatusError | DecodeError]) -> None:
    """What would come out the same is not repeated."""
    async with against(answer) as (client, server):
        with pytest.raises(kind) as caught:
            await client.send(READS)
    assert (1, 1) == (caught.value.attempts, len(server.seen))


async def test_a_wait_beyond_the_deadline_fails_at_once() -> None:
    async with against(failed(429, Retry_After="31")) as (client, server):
        with pytest.raises(RateLimitError) as caught:
            await client.send(READS)
    assert (31, 1, 1) == (caught.value.retry_after, caught.value.attempts, len(server.seen))


@pytest.mark.parametrize("most", [1, 2, 5])
async def test_attempts_end_at_their_most(most: int) -> None:
    async with against(failed(400, "search_timeout"), max_attempts=most) as (client, server):
        with pytest.raises(SearchTimeoutError) as caught:
            await client.send(READS)
    assert (most, most) == (caught.value.attempts, len(server.seen))


async def test_a_first_success_counts_one_attempt() -> None:
    async with against(GOOD) as (client, server):
        assert 1 == (await client.send(READS)).attempts
    assert 1 == len(server.seen)


async def test_maybe_applied_of_earlier_attempts() -> None:
    """A late refusal does not unsay that an earlier attempt may have acted."""
    lost, refused = APIConnectionError("lost", maybe_applied=True), APIConnectionError("refused")
    async with Client(PROJECT_ID, SECRET, transport=Scripted(lost, refused)) as client:
        with pytest.raises(APIConnectionError, match=r"^refused; the API may have acted on it \(after 3 attempts\)$") as caught:
            await client.send(REPEATABLE)
    assert caught.value.maybe_applied


async def test_maybe_applied_of_gateway_errors() -> None:
    """A gateway that failed may have passed the request on."""
    refused = APIConnectionError("refused")
    async with Client(PROJECT_ID, SECRET, transport=Scripted(failed(502), refused)) as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.send(REPEATABLE)
    assert caught.value.maybe_applied


async def test_not_applied() -> None:
    """What was turned away or never connected was not applied."""
    refused = APIConnectionError("refused")
    async with Client(PROJECT_ID, SECRET, transport=Scripted(failed(429), refused)) as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.send(ACTS_ONCE)
    assert (3, False) == (caught.value.attempts, caught.value.maybe_applied)


class TestBudget:
    """An outage is not multiplied: a client repeats a hundred times, and then as often as successes earn it."""

    async def test_it_is_shared_by_all_calls(self) -> None:
        down = Scripted(failed(503, Retry_After="0"))
        async with Client(PROJECT_ID, SECRET, transport=down) as client:
            await asyncio.gather(*(client.send(READS) for _ in range(60)), return_exceptions=True)
        assert 60 + 100 == len(down.calls)

    async def test_it_is_shared_by_all_views(self) -> None:
        down = Scripted(failed(503, Retry_After="0"))
        async with Client(PROJECT_ID, SECRET, transport=down) as client:
            views = [client.with_options(timeout=seconds) for seconds in range(1, 61)]
            await asyncio.gather(*(view.send(READS) for view in views), return_exceptions=True)
        assert 60 + 100 == len(down.calls)

    async def test_successes_earn_it_back(self) -> None:
        trouble = failed(503, Retry_After="0")
        network = Scripted(*[trouble] * 160, *[GOOD] * 5, trouble, GOOD)
        async with Client(PROJECT_ID, SECRET, transport=network) as client:
            for _ in range(60):
                with pytest.raises(APIStatusError):
                    await client.send(READS)
            for _ in range(5):
                await client.send(READS)
            assert 2 == (await client.send(READS)).attempts


class TestViews:
    async def test_with_options(self) -> None:
        """A view shares the connection and differs in its options."""
        ports: list[int] = []

        async def answer(request: web.Request) -> web.Response:
            assert request.transport is not None
            ports.append(request.transport.get_extra_info("peername")[1])
            return web.Response(body=ok(score="drifted").content)

        async with against(answer) as (client, _):
            view = client.with_options(strict=True)
            assert isinstance(view, Client)
            assert (await client.send(READS)).score is None
            with pytest.raises(DecodeError):
                await view.send(READS)
            assert (await client.passwords.strength_check(password="x")).score is None
            with pytest.raises(DecodeError):
                await view.passwords.strength_check(password="x")
        assert 1 == len(set(ports))

    async def test_nested_with_options(self) -> None:
        """A view of a view keeps the options of both."""
        network = Scripted(failed(400, "search_timeout"))
        async with Client(PROJECT_ID, SECRET, transport=network) as client:
            view = client.with_options(max_attempts=2).with_options(timeout=1)
            with pytest.raises(SearchTimeoutError):
                await view.send(READS)
        assert 2 == len(network.calls)

    async def test_closing_a_view_leaves_the_client_open(self) -> None:
        async with against(GOOD) as (client, _):
            async with client.with_options(timeout=5) as view:
                await view.send(READS)
            assert (await view.send(READS)).valid_password
            assert (await client.send(READS)).valid_password

    async def test_closing_the_client_closes_its_views(self) -> None:
        async with against(GOOD) as (client, _):
            view = client.with_options(timeout=5)
            await client.close()
            with pytest.raises(ClientClosedError):
                await view.send(READS)

    @pytest.mark.parametrize("client_class", [Client, BlockingClient])
    def test_a_view_says_what_its_client_says(self, client_class: type[Client | BlockingClient]) -> None:
        client = client_class(PROJECT_ID, SECRET)
        assert repr(client) == repr(client.with_options(timeout=5))


class TestClosing:
    async def test_a_call_after_close_is_a_clear_error(self) -> None:
        async with against(GOOD) as (client, server):
            await client.send(READS)
            await client.close()
            with pytest.raises(ClientClosedError, match="the client was closed before this call") as caught:
                await client.send(READS)
            assert READS is caught.value.request
        assert 1 == len(server.seen)

    async def test_closing_twice_is_harmless(self) -> None:
        async with against(GOOD) as (client, _):
            await client.close()
            await client.close()

    async def test_a_lent_session_stays_open(self) -> None:
        async with serving(GOOD) as server, aiohttp.ClientSession() as session:
            async with Client(PROJECT_ID, SECRET, base_url=server.url, session=session) as client:
                await client.send(READS)
            assert not session.closed
            with pytest.raises(ClientClosedError):
                await client.send(READS)

    async def test_own_transport(self) -> None:
        """A transport of the caller's own is closed when it can be."""
        network = Scripted(GOOD)
        async with Client(PROJECT_ID, SECRET, transport=network) as client:
            await client.send(READS)
        assert 1 == network.closed

    async def test_a_transport_need_not_be_closable(self) -> None:
        class Plain:
            async def send(self, *_: object, **__: object) -> Any:
                raise APIConnectionError("no network here")

        async with Client(PROJECT_ID, SECRET, transport=Plain(), max_attempts=1) as client:
            with pytest.raises(APIConnectionError, match="no network here"):
                await client.send(READS)

    async def test_session_and_transport(self) -> None:
        """A session and a transport exclude each other."""
        async with aiohttp.ClientSession() as session:
            with pytest.raises(ValueError, match="either session or transport, not both"):
                Client(PROJECT_ID, SECRET, session=session, transport=SessionPool())


class TestSending:
    async def test_send_again(self) -> None:
        """A request is a value that can be sent again."""
        async with against(GOOD) as (client, server):
            first, second = await client.send(READS), await client.send(READS)
        assert first == second
        assert server.seen[0].body == server.seen[1].body

    async def test_method_and_request(self) -> None:
        """A method builds the request that it sends."""
        async with against(GOOD) as (client, server):
            await client.passwords.email.require_reset(email_address="ada@example.com", authorization={"session_token": "tok"})
        (seen,) = server.seen
        assert ("POST", "/v1/b2b/passwords/email/require_reset") == (seen.method, seen.path)
        assert {"email_address": "ada@example.com"} == seen.json
        assert "tok" == seen.headers["X-Stytch-Member-Session"]
        assert "application/json" == seen.headers["Content-Type"]
        assert basic_auth(PROJECT_ID, SECRET) == seen.headers["Authorization"]

    async def test_concurrent_calls(self) -> None:
        """Many calls at once each get their own answer."""

        async def echo(request: web.Request) -> web.Response:
            body = await request.json()
            return web.Response(body=ok(member_id=body["email_address"]).content)

        async with against(echo) as (client, _):
            names = [f"member-{number}" for number in range(200)]
            replies = await asyncio.gather(*(client.passwords.email.require_reset(email_address=name) for name in names))
        assert names == [reply.member_id for reply in replies]

    async def test_a_gateway_gets_no_credentials(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ["PROJECT_ID", "SECRET"]:
            monkeypatch.delenv(f"STYTCH_{name}", raising=False)
        async with serving(GOOD) as server, Client(base_url=server.url) as client:
            await client.send(READS)
        assert "Authorization" not in server.seen[0].headers

    async def test_a_drifted_reply_is_kept_unless_strict(self) -> None:
        async with against(ok(**{**STRONG, "score": "four"})) as (client, server):
            response = await client.send(READS)
            assert [None, True] == [response.score, response.valid_password]
            with pytest.raises(DecodeError, match=r"Expected `int`, got `str` @ \$\.score"):
                await client.with_options(strict=True).send(READS)
        assert 2 == len(server.seen)  # nothing is repeated for a drift

    async def test_a_mocked_aiohttp_will_do(self, client: Client, mocked: aioresponses) -> None:
        url = "https://test.stytch.com/v1/b2b/passwords/strength_check"
        mocked.post(url, status=503, headers={"Retry-After": "0"})
        mocked.post(url, payload={"request_id": "r", "status_code": 200, **STRONG})
        response = await client.passwords.strength_check(password="x")
        assert (4, 2) == (response.score, response.attempts)


async def test_same_attempts_when_blocking() -> None:
    """A blocking client makes the same attempts."""
    async with serving(failed(503, Retry_After="0"), GOOD) as server:

        def call() -> int:
            with BlockingClient(PROJECT_ID, SECRET, base_url=server.url) as client:
                return client.passwords.strength_check(password="x").attempts

        assert 2 == await asyncio.to_thread(call)
    assert 2 == len(server.seen)


def test_batch_options_agree() -> None:
    """Both clients spell out the options of a batch, for help() and editors; they are the same."""
    awaited, blocking = (inspect.signature(each.batch).parameters for each in (Client, BlockingClient))
    assert list(awaited) == list(blocking)
    assert all(awaited[name] == blocking[name] for name in awaited if name not in {"self", "requests"})
    listed = [
        re.findall(r"- (`\w+`:.*?)(?=\n\s*- |\n\n)", each.batch.__doc__ or "", re.DOTALL)[1:] for each in (Client, BlockingClient)
    ]
    assert listed[0] == listed[1]
    assert len(awaited) - len(["self", "requests"]) == len(listed[0])
