from datetime import UTC, datetime, timedelta, timezone

import pytest

from stytch_b2b_async.emulator import Message, Outbox
from stytch_b2b_async.emulator.clock import Clock

ADA = Message(to="Ada@example.com", kind="password_reset", token="token-1", url="http://x?token=token-1")
GRACE = Message(to="grace@example.com", kind="discovery_password_reset", token="token-2")


def test_outbox_order() -> None:
    """An outbox is a sequence with the newest last. It can be indexed, sliced, counted and gone through."""
    outbox = Outbox()
    assert not outbox
    outbox.add(ADA)
    outbox.add(GRACE)
    assert (2, GRACE, [ADA]) == (len(outbox), outbox[-1], outbox[:1])
    assert [ADA, GRACE] == list(outbox)


def test_messages_are_found_by_address_and_kind() -> None:
    """Addresses in any case; nothing found is an error that says what was looked for."""
    outbox = Outbox([ADA, GRACE])
    assert [ADA] == outbox.to("ada@EXAMPLE.com")
    assert (GRACE, ADA) == (outbox.last(), outbox.last(kind="password_reset"))
    assert ADA == outbox.last(to="ada@example.com")
    with pytest.raises(LookupError, match=r"no sms_otp to ada@example\.com in the outbox"):
        outbox.last(to="ada@example.com", kind="sms_otp")
    with pytest.raises(LookupError, match="no message in the outbox"):
        Outbox().last()


def test_message_gives_what_it_has() -> None:
    """A string, without a None to think of; what it does not have is an error that says so."""
    text = Message(to="+12025550162", kind="sms_otp", code="123456")
    assert ("token-1", "http://x?token=token-1", "123456") == (ADA.token, ADA.url, text.code)
    with pytest.raises(LookupError, match="a message of kind sms_otp has no token"):
        _ = text.token
    with pytest.raises(LookupError, match="has no url"):
        _ = text.url
    with pytest.raises(LookupError, match="a message of kind password_reset has no code"):
        _ = ADA.code
    with pytest.raises(LookupError, match="has no login_url"):
        _ = ADA.login_url
    expected = {"to": "+12025550162", "kind": "sms_otp", "token": None, "code": "123456", "url": None, "login_url": None}
    assert expected == text.to_dict()


def test_tokens_do_not_show() -> None:
    """In no repr."""
    assert "token-1" not in repr(Outbox([ADA]))
    assert "123456" not in repr(Message(to="+12025550162", kind="sms_otp", code="123456"))


def test_a_clock_skips_time_and_never_goes_back() -> None:
    """It tells whole seconds, in UTC, from whatever source."""
    source = datetime(2026, 1, 1, 12, 0, 0, 5, timezone(timedelta(hours=1)))
    clock = Clock(lambda: source)
    clock.advance(timedelta(seconds=1.5))
    assert datetime(2026, 1, 1, 11, 0, 1, tzinfo=UTC) == clock.now()
    with pytest.raises(ValueError, match="turned back"):
        clock.advance(timedelta(seconds=-1))
