import hashlib
import hmac
import json
import logging
import pickle
import sys
import traceback
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.replies import full, paths, plain

from stytch_b2b_async.errors import StytchError
from stytch_b2b_async.models.member import Member
from stytch_b2b_async.models.organization import Organization
from stytch_b2b_async.webhooks.events import WebhookEvent, WebhookPayload
from stytch_b2b_async.webhooks.verification import (
    WebhookError,
    WebhookHeaderError,
    WebhookPayloadError,
    Webhooks,
    WebhookSignatureError,
    WebhookTimestampError,
)

NOW = 1_767_323_045
KEY, OTHER_KEY = b"a key of twenty-four byt", b"another one, a bit longer"
SECRET, OTHER_SECRET = (f"whsec_{b64encode(key).decode()}" for key in (KEY, OTHER_KEY))

EVENT: dict[str, Any] = {
    "project_id": "project-test-11111111-1111-4111-8111-111111111111",
    "event_id": "5a1d6e3c-9d0f-4f86-9d43-2f6f3e0f9c55",
    "action": "UPDATE",
    "object_type": "member",
    "source": "DASHBOARD",
    "id": "member-test-22222222-2222-4222-8222-222222222222",
    "timestamp": "2026-01-02T03:04:05Z",
    "vertical": "B2B",
    "member": full(Member),
}
BODY = json.dumps(EVENT).encode()

Headers: TypeAlias = dict[str, str]


def signature(body: bytes, message_id: str = "msg_1", timestamp: object = NOW, key: bytes = KEY) -> str:
    """Sign as the vendor's documentation says, without the library that verifies."""
    signed = b".".join([message_id.encode(), str(timestamp).encode(), body])
    return f"v1,{b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def headers(body: bytes = BODY, **changes: Any) -> Headers:
    return {"svix-id": "msg_1", "svix-timestamp": str(NOW), "svix-signature": signature(body, **changes)}


def receiver(*secrets: str, now: float = NOW, **options: Any) -> Webhooks:
    return Webhooks(*(secrets or (SECRET,)), clock=lambda: now, **options)


def read(payload: object) -> WebhookEvent:
    body = json.dumps(payload).encode()
    return receiver().verify(body, headers(body))


# What is genuine


def test_a_genuine_webhook_becomes_an_event() -> None:
    event = receiver().verify(BODY, headers())
    assert ("DASHBOARD", "member", "UPDATE", "B2B") == (event.source, event.object_type, event.action, event.vertical)
    assert (EVENT["project_id"], EVENT["event_id"], EVENT["id"]) == (event.project_id, event.event_id, event.id)
    assert event.timestamp is not None
    assert NOW == event.timestamp.timestamp()
    assert "msg_1" == event.message_id
    assert EVENT["member"] == plain(event.member)
    assert event.organization is None


@pytest.mark.parametrize("kind", ["organization", "member", "saml_connection", "oidc_connection", "scim_connection"])
def test_the_object_of_every_known_kind_is_read(kind: str) -> None:
    everything: dict[str, Any] = full(WebhookPayload)
    event = read({**EVENT, "object_type": kind, kind: everything[kind]})
    assert everything[kind] == plain(getattr(event, kind))


def test_event_name() -> None:
    """The vendor's name of an event is put together."""
    assert "dashboard.member.update" == receiver().verify(BODY, headers()).event_type


@pytest.mark.parametrize("spell", [str.lower, str.upper, str.title])
@pytest.mark.parametrize("prefix", ["svix", "webhook"])
def test_header_spellings(prefix: str, spell: Callable[[str], str]) -> None:
    """Both spellings of the headers are taken in any case."""
    spelled = {spell(name.replace("svix", prefix)): value for name, value in headers().items()}
    assert receiver().verify(BODY, {"Content-Type": "application/json", **spelled}).id


def test_any_of_several_signatures_may_match() -> None:
    given = headers()
    given["svix-signature"] = " ".join(["v1a,bm8=", signature(BODY, key=OTHER_KEY), signature(BODY), "v2", ""])
    assert receiver().verify(BODY, given).id


@pytest.mark.parametrize("secrets", [(SECRET, OTHER_SECRET), (OTHER_SECRET, SECRET)])
@pytest.mark.parametrize("key", [KEY, OTHER_KEY])
def test_any_of_several_secrets_may_have_signed(secrets: tuple[str, ...], key: bytes) -> None:
    assert receiver(*secrets).verify(BODY, headers(key=key)).id


@pytest.mark.parametrize("age", [-300, 0, 300])
def test_five_minutes_either_way_are_tolerated(age: int) -> None:
    assert receiver(now=NOW + age).verify(BODY, headers()).id


def test_the_tolerance_can_be_chosen() -> None:
    assert receiver(now=NOW + 3_000, tolerance=3_600).verify(BODY, headers()).id
    with pytest.raises(WebhookTimestampError, match=r"more than 10 s ago"):
        receiver(now=NOW + 11, tolerance=10).verify(BODY, headers())


def test_unicode_body() -> None:
    """Text beyond ASCII is verified byte by byte."""
    body = json.dumps({**EVENT, "id": "größer 🦜"}, ensure_ascii=False).encode()
    assert "größer 🦜" == receiver().verify(body, headers(body)).id


def test_a_test_can_sign_as_the_vendor_does() -> None:
    webhooks = receiver(SECRET, OTHER_SECRET)
    signed = webhooks.sign(BODY)
    assert webhooks.verify(BODY, signed).message_id == signed["svix-id"]
    assert receiver(OTHER_SECRET).verify(BODY, signed).id
    assert signature(BODY, signed["svix-id"]) in signed["svix-signature"]


# What is not


ATTACKS: Mapping[str, tuple[bytes, Mapping[str, str], type[WebhookError]]] = {
    "no headers": (BODY, {}, WebhookHeaderError),
    "no id": (BODY, {**headers(), "svix-id": ""}, WebhookHeaderError),
    "no timestamp": (BODY, {**headers(), "svix-timestamp": ""}, WebhookHeaderError),
    "no signature": (BODY, {**headers(), "svix-signature": ""}, WebhookHeaderError),
    "half of each spelling": (
        BODY,
        {"svix-id": "msg_1", "webhook-timestamp": str(NOW), "svix-signature": signature(BODY)},
        WebhookHeaderError,
    ),
    "the body altered": (BODY.replace(b"UPDATE", b"DELETE"), headers(), WebhookSignatureError),
    "a space more": (BODY + b" ", headers(), WebhookSignatureError),
    "an empty body": (b"", headers(), WebhookSignatureError),
    "another id": (BODY, {**headers(), "svix-id": "msg_2"}, WebhookSignatureError),
    "another time": (BODY, {**headers(), "svix-timestamp": str(NOW + 1)}, WebhookSignatureError),
    "another time, zeros before it": (BODY, {**headers(), "svix-timestamp": f"0{NOW + 1}"}, WebhookSignatureError),
    "another key": (BODY, headers(key=OTHER_KEY), WebhookSignatureError),
    "the secret itself for a key": (BODY, headers(key=SECRET.encode()), WebhookSignatureError),
    "no key": (BODY, headers(key=b""), WebhookSignatureError),
    "a signature of nothing": (BODY, headers(b""), WebhookSignatureError),
    "no version": (BODY, {**headers(), "svix-signature": signature(BODY)[3:]}, WebhookSignatureError),
    "another version": (BODY, {**headers(), "svix-signature": "v2" + signature(BODY)[2:]}, WebhookSignatureError),
    "a version alone": (BODY, {**headers(), "svix-signature": "v1,"}, WebhookSignatureError),
    "three parts": (BODY, {**headers(), "svix-signature": signature(BODY) + ",v1"}, WebhookSignatureError),
    "half a signature": (BODY, {**headers(), "svix-signature": signature(BODY)[:20]}, WebhookSignatureError),
    "no base64": (BODY, {**headers(), "svix-signature": "v1,%%%"}, WebhookSignatureError),
    "a signature beyond ASCII": (BODY, {**headers(), "svix-signature": "v1,ü"}, WebhookHeaderError),
    "a signature beyond all text": (BODY, {**headers(), "svix-signature": "v1,\udc80"}, WebhookHeaderError),
    "an id beyond all text": (BODY, {**headers(), "svix-id": "\udc80"}, WebhookHeaderError),
    "an id of two lines": (BODY, {**headers(), "svix-id": "msg\r\n1"}, WebhookHeaderError),
    "ten thousand signatures": (BODY, {**headers(), "svix-signature": "v1,YQ== " * 10_000}, WebhookHeaderError),
    "too old": (BODY, {**headers(timestamp=NOW - 301), "svix-timestamp": str(NOW - 301)}, WebhookTimestampError),
    "from the future": (BODY, {**headers(timestamp=NOW + 301), "svix-timestamp": str(NOW + 301)}, WebhookTimestampError),
    "from 1970": (BODY, {**headers(timestamp=0), "svix-timestamp": "0"}, WebhookTimestampError),
    "milliseconds": (BODY, {**headers(), "svix-timestamp": f"{NOW}000"}, WebhookHeaderError),
    "a time that never comes": (BODY, {**headers(), "svix-timestamp": "9" * 4_000}, WebhookHeaderError),
    "a fraction of time": (BODY, {**headers(), "svix-timestamp": f"{NOW}.5"}, WebhookHeaderError),
    "no time": (BODY, {**headers(), "svix-timestamp": "nan"}, WebhookHeaderError),
    "time before 1970": (BODY, {**headers(), "svix-timestamp": f"-{NOW}"}, WebhookHeaderError),
    "digits of another script": (BODY, {**headers(), "svix-timestamp": "١٧٦٧٣٢٣٠٤٥"}, WebhookHeaderError),
    "no text": (b"\xff\xfe", headers(b"\xff\xfe"), WebhookPayloadError),
    "no JSON": (b"hello", headers(b"hello"), WebhookPayloadError),
    "half of the JSON": (BODY[:50], headers(BODY[:50]), WebhookPayloadError),
    "a list": (b"[]", headers(b"[]"), WebhookPayloadError),
    "null": (b"null", headers(b"null"), WebhookPayloadError),
    "nested without end": (b'{"a":' * 100_000, headers(b'{"a":' * 100_000), WebhookPayloadError),
    "more than 1 MiB": (b" " * (1 << 20) + b"{}", headers(b" " * (1 << 20) + b"{}"), WebhookPayloadError),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_invalid_webhooks(attack: str) -> None:
    """What is not genuine is refused for its reason."""
    body, given, expected = ATTACKS[attack]
    with pytest.raises(WebhookError) as refused:
        receiver().verify(body, given)
    assert expected is type(refused.value)
    assert isinstance(refused.value, StytchError)
    assert str(refused.value) == str(pickle.loads(pickle.dumps(refused.value)))  # noqa: S301  # its own


@pytest.mark.parametrize("attack", ATTACKS)
def test_hidden_values(attack: str) -> None:
    """No refusal shows the body or a signature or a secret."""
    body, given, _ = ATTACKS[attack]
    try:
        receiver().verify(body, given)
    except WebhookError as error:
        told = "".join(traceback.format_exception(error)) + repr(error) + repr(error.__context__)
    assert SECRET[6:] not in told
    assert EVENT["event_id"] not in told
    assert not any(value[:20] in told for name, value in given.items() if "signature" in name and value[:20].strip())


def test_missing_headers() -> None:
    """A refusal names the headers that are missing."""
    with pytest.raises(WebhookHeaderError, match=r"^missing: svix-id, svix-timestamp, svix-signature$"):
        receiver().verify(BODY, {})
    with pytest.raises(WebhookHeaderError, match=r"^missing: webhook-signature$"):
        receiver().verify(BODY, {"webhook-id": "msg_1", "webhook-timestamp": str(NOW)})


@given(body=st.binary(max_size=200), given_headers=st.dictionaries(st.sampled_from([*headers(), "host"]), st.text(max_size=60)))
def test_random_input(body: bytes, given_headers: Headers) -> None:
    """Noise is refused and never breaks anything."""
    with pytest.raises(WebhookError):
        receiver().verify(body, given_headers)


@pytest.mark.parametrize("body", [BODY.decode(), EVENT, bytearray(BODY), None])
def test_body_type(body: Any) -> None:
    """A body that is not the raw bytes is refused by its type."""
    with pytest.raises(TypeError, match=r"^body must be the raw bytes of the request, as they were signed, not a \w+$"):
        receiver().verify(body, headers())


def test_header_types() -> None:
    """Headers that are not mapping of text are refused by their type."""
    as_list: Any = list(headers().items())
    as_bytes: Any = {name: value.encode() for name, value in headers().items()}
    with pytest.raises(TypeError, match="headers must be a mapping, not a list"):
        receiver().verify(BODY, as_list)
    with pytest.raises(TypeError, match="the header svix-id must be a str, not bytes"):
        receiver().verify(BODY, as_bytes)


def test_bad_clock() -> None:
    """A clock that tells no time lets nothing pass."""
    with pytest.raises(WebhookTimestampError):
        receiver(now=float("nan")).verify(BODY, headers())


# Secrets


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_c2hvcnQ=",
        SECRET.removeprefix("whsec_"),
        SECRET + "\n",
        SECRET.replace("Y", "!"),
        SECRET[:-1],
        "whsec_ü",
        "secret-test-of-the-project",
    ],
)
def test_bad_secret(secret: str) -> None:
    """A secret that makes no sense is refused without being shown."""
    with pytest.raises(ValueError, match=r"^secret must be ") as refused:
        Webhooks(secret)
    with pytest.raises(ValueError, match=r"^more_secrets\[0\] must be "):
        Webhooks(SECRET, secret)
    told = "".join(traceback.format_exception(refused.value))
    assert refused.value.__context__ is None
    assert not secret.removeprefix("whsec_") or secret.removeprefix("whsec_") not in told


def test_missing_secret() -> None:
    """A secret that was not configured is refused by its type."""
    missing: Any = None
    with pytest.raises(TypeError, match="secret must be a str, not NoneType"):
        Webhooks(missing)


@pytest.mark.parametrize("tolerance", [0, -1, float("nan"), float("inf"), 10**400])
def test_a_tolerance_without_sense_is_refused(tolerance: float) -> None:
    with pytest.raises(ValueError, match="tolerance"):
        Webhooks(SECRET, tolerance=tolerance)


def test_a_repr_does_not_show_the_secrets() -> None:
    assert repr(Webhooks(SECRET, OTHER_SECRET)) == "Webhooks(***, ***, tolerance=300.0)"


def test_missing_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library the error names the extra."""
    monkeypatch.setitem(sys.modules, "standardwebhooks", None)
    with pytest.raises(ImportError, match=r"pip install 'stytch-b2b-async\[webhooks\]'$"):
        Webhooks(SECRET)


# Events that are not as they were


def test_an_unknown_kind_keeps_its_payload() -> None:
    event = read({**EVENT, "object_type": "planet", "planet": {"mass": 7}})
    assert "planet" == event.object_type
    assert {"mass": 7} == event.payload["planet"]


def test_an_event_that_says_nothing_is_still_one() -> None:
    event = read({})
    assert ("", "", "", None, None) == (event.action, event.object_type, event.id, event.timestamp, event.member)


def test_a_deletion_brings_no_object() -> None:
    event = read({name: value for name, value in EVENT.items() if name != "member"} | {"action": "DELETE"})
    assert (EVENT["id"], None) == (event.id, event.member)


def test_fields_that_a_member_lacks_are_none() -> None:
    member = {name: value for name, value in EVENT["member"].items() if name not in {"is_locked", "retired_email_addresses"}}
    read_member: Any = read({**EVENT, "member": member}).member
    assert (None, None) == (read_member.is_locked, read_member.retired_email_addresses)
    assert member["member_id"] == read_member.member_id


def test_empty_strings() -> None:
    """An empty string is none where something else is declared and a string where one is."""
    empty = {**EVENT["member"], "created_at": "", "scim_registration": "", "trusted_metadata": "", "mfa_phone_number": ""}
    event = read({**EVENT, "timestamp": "", "organization": "", "member": empty})
    assert (None, None) == (event.timestamp, event.organization)
    assert event.member is not None
    assert (None, None, None) == (event.member.created_at, event.member.scim_registration, event.member.trusted_metadata)
    assert "" == event.member.mfa_phone_number


def test_signed_part() -> None:
    """A payload cannot pass for what was signed beside it."""
    event = read({**EVENT, "message_id": "msg_2", "payload": {}})
    assert "msg_1" == event.message_id
    assert "msg_2" == event.payload["message_id"]


def test_repr_of_a_connection() -> None:
    """A repr does not show what a connection keeps secret."""
    connection = {**full(WebhookPayload)["oidc_connection"], "client_secret": "hush-hush"}
    event = read({**EVENT, "object_type": "oidc_connection", "oidc_connection": connection})
    assert event.oidc_connection is not None
    assert "hush-hush" == event.oidc_connection.client_secret
    assert "hush-hush" not in repr(event)


def test_drift_is_told_in_the_log_without_values(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="stytch_b2b_async"):
        read({**EVENT, "timestamp": "the-day-before"})
    assert "$.timestamp" in caplog.text
    assert "the-day-before" not in caplog.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)
DEEP = ("organization", "trusted_metadata", "deep")
EVERYTHING: dict[str, Any] = {**EVENT, **{kind: value for kind, value in full(WebhookPayload).items() if isinstance(value, dict)}}


@example([((*DEEP, "er"), [{}]), ((*DEEP, "er", 0), [None])])  # what was a list is an object now
@given(st.lists(st.tuples(st.sampled_from(list(paths(EVERYTHING))), st.none() | JSON.map(lambda value: [value])), max_size=5))
def test_any_payload(changes: list[tuple[tuple[str | int, ...], list[Any] | None]]) -> None:
    """An event survives whatever is changed in it."""
    payload = json.loads(json.dumps(EVERYTHING))
    for path, replacement in changes:
        _change(payload, path, replacement)
    event = read(payload)
    said = [event.project_id, event.event_id, event.action, event.object_type, event.source, event.id, event.vertical]
    assert all(isinstance(word, str) for word in [*said, event.event_type])
    assert isinstance(event.member, Member | None)
    assert isinstance(event.organization, Organization | None)
    assert payload == event.payload


def _change(value: Any, path: tuple[str | int, ...], replacement: list[Any] | None) -> None:
    """Put something else at a path, or nothing; a path that an earlier change cut off leads nowhere."""
    *way, last = path
    for step in way:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return
    if isinstance(value, dict) and isinstance(last, str):
        value.pop(last, None)
        value.update({} if replacement is None else {last: replacement[0]})
    elif isinstance(value, list) and isinstance(last, int) and last < len(value):
        value[last : last + 1] = replacement or []
