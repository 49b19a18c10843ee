"""What a type checker says of a call is what the call does: each ignore below stands for an error that mypy must report."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any, assert_type

import pytest

from stytch_b2b_async import Authorization, BlockingClient, Call, Client, Reply, Request, SessionPool, Transport
from stytch_b2b_async.api.passwords import PasswordLoginResponse, Passwords, StrengthCheckResponse
from stytch_b2b_async.api.passwords.email import PasswordsEmail, RequireReset, RequireResetResponse
from stytch_b2b_async.endpoint import Async, Blocking
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization


class Always:
    """A transport that always answers well."""

    async def send(self, call: Call, *, connect_timeout: float) -> Reply:
        return Reply(200, {}, json.dumps({"request_id": "r", "status_code": 200, "member_id": call.method}).encode())


def awaited() -> Client:
    return Client("project-test-1", "secret-test-1", transport=Always())


def blocking() -> BlockingClient:
    return BlockingClient("project-test-1", "secret-test-1", transport=Always())


async def test_awaited_call() -> None:
    """An awaited call is a coroutine of its response."""
    async with awaited() as client:
        assert_type(client, Client)
        response = await assert_type(
            client.passwords.email.require_reset(email_address="ada@example.com"), Coroutine[Any, Any, RequireResetResponse]
        )
        assert_type(response, RequireResetResponse)
        assert isinstance(response, RequireResetResponse)
        task = asyncio.create_task(client.passwords.strength_check(password="x"))
        assert_type(task, asyncio.Task[StrengthCheckResponse])
        assert isinstance(await task, StrengthCheckResponse)


def test_a_blocking_call_is_its_response() -> None:
    with blocking() as client:
        assert_type(client, BlockingClient)
        response = client.passwords.email.require_reset(email_address="ada@example.com")
        assert_type(response, RequireResetResponse)
        assert isinstance(response, RequireResetResponse)
        assert_type(response.member, Member | None)
        assert_type(response.organization, Organization | None)


async def test_what_is_sent_decides_what_comes_back() -> None:
    request = RequireReset(email_address="ada@example.com")
    typed: Request[RequireResetResponse] = request
    async with awaited() as client:
        assert_type(await client.send(request), RequireResetResponse)
        assert isinstance(await client.send(typed), RequireResetResponse)
        assert "RequireResetResponse" in repr(await client.send(request))  # nothing is asked of the type here


def test_a_blocking_client_sends_requests_too() -> None:
    with blocking() as client:
        assert_type(client.send(RequireReset(email_address="ada@example.com")), RequireResetResponse)


def test_a_view_is_a_client_of_the_same_kind() -> None:
    assert_type(awaited().with_options(timeout=5), Client)
    assert_type(blocking().with_options(timeout=5, strict=True), BlockingClient)
    with pytest.raises(TypeError, match="unknown option 'timeuot'"):
        awaited().with_options(timeuot=5)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="timeout must be a number"):
        blocking().with_options(timeout="5")  # type: ignore[arg-type]


def test_namespaces_know_how_they_send() -> None:
    assert_type(awaited().passwords, Passwords[Async])
    assert_type(awaited().passwords.email, PasswordsEmail[Async])
    assert_type(blocking().passwords.email, PasswordsEmail[Blocking])


@pytest.mark.parametrize("client", [awaited(), blocking()])
def test_a_misspelt_keyword_is_an_error_to_both(client: Any) -> None:
    with pytest.raises(TypeError, match="unknown parameter emial_address; did you mean email_address"):
        client.passwords.email.require_reset(emial_address="ada@example.com")


async def in_awaited_mode_mypy_reports(client: Client) -> None:
    await client.passwords.email.require_reset(emial_address="a@b.c")  # type: ignore[call-arg]
    await client.passwords.email.require_reset()  # type: ignore[call-arg]
    await client.passwords.email.require_reset("a@b.c")  # type: ignore[call-arg]
    await client.passwords.email.require_reset(email_address=5)  # type: ignore[arg-type]
    await client.passwords.email.require_reset(email_address="a@b.c", authorization="token")  # type: ignore[arg-type]
    await client.passwords.email.requier_reset(email_address="a@b.c")  # type: ignore[attr-defined]
    client.passwords.email.require_reset(email_address="a@b.c").member  # type: ignore[attr-defined]  # noqa: B018


def in_blocking_mode_mypy_reports(client: BlockingClient) -> None:
    client.passwords.email.require_reset(emial_address="a@b.c")  # type: ignore[call-arg]
    client.passwords.email.require_reset()  # type: ignore[call-arg]
    client.passwords.email.require_reset("a@b.c")  # type: ignore[call-arg]
    client.passwords.email.require_reset(email_address=5)  # type: ignore[arg-type]
    client.passwords.email.requier_reset(email_address="a@b.c")  # type: ignore[attr-defined]
    client.passwords.email.require_reset(email_address="a@b.c").memebr  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize(
    "call", [lambda client: client.passwords.email.require_reset(), lambda client: client.passwords.email.require_reset("a@b.c")]
)
def test_what_mypy_reports_is_raised_too(call: Any) -> None:
    with pytest.raises(TypeError):
        call(blocking())
    with pytest.raises(TypeError):
        call(awaited())


def test_authorization_forms() -> None:
    """The rights of a member are a value or a mapping."""
    with blocking() as client:
        client.passwords.email.require_reset(email_address="a@b.c", authorization=Authorization(session_token="t"))
        client.passwords.email.require_reset(email_address="a@b.c", authorization={"session_token": "t"})


def test_endpoint_without_authorization() -> None:
    """An endpoint that takes no member has no such argument."""
    with blocking() as client, pytest.raises(TypeError, match="authorization"):
        client.passwords.strength_check(password="x", authorization={"session_token": "t"})  # type: ignore[call-arg]


def test_known_words_are_offered_and_others_taken() -> None:
    with blocking() as client:
        client.passwords.discovery.email.reset_start(email_address="a@b.c", locale="fr")
        client.passwords.discovery.email.reset_start(email_address="a@b.c", locale="tlh")


def test_a_response_is_read_only() -> None:
    with blocking() as client:
        response = client.passwords.email.require_reset(email_address="a@b.c")
    with pytest.raises(AttributeError):
        response.member_id = "another"  # type: ignore[misc]


def test_a_token_is_a_plain_string_to_the_checker() -> None:
    def token_of(response: PasswordLoginResponse) -> str:
        return assert_type(response.session_token, str)

    assert callable(token_of)


def test_a_transport_is_whatever_can_send() -> None:
    transports: list[Transport] = [Always(), SessionPool()]
    assert 2 == len(transports)
