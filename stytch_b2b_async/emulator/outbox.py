"""Mails and text messages of the emulator."""

from collections.abc import Sequence
from typing import overload

import attrs


@attrs.frozen(kw_only=True)
class Message:
    """A mail, whose link carries a token, or a text message with a passcode."""

    to: str
    kind: str
    """What it is for: `login`, `signup`, `invite`, `discovery`, `email_update`, `password_reset`, `discovery_password_reset`,
    `sms_otp`, `email_otp` or `discovery_email_otp`."""
    _token: str | None = attrs.field(default=None, repr=False, alias="token")
    _code: str | None = attrs.field(default=None, repr=False, alias="code")
    _url: str | None = attrs.field(default=None, repr=False, alias="url")
    _login_url: str | None = attrs.field(default=None, repr=False, alias="login_url")

    @property
    def token(self) -> str:
        """The token in the query of the link. Raises LookupError if the message has no link."""
        return self._required("token", self._token)

    @property
    def code(self) -> str:
        """The passcode. Raises LookupError if the message has none."""
        return self._required("code", self._code)

    @property
    def url(self) -> str:
        """The link with the token. Raises LookupError if the message has none."""
        return self._required("url", self._url)

    @property
    def login_url(self) -> str:
        """The second link of a password reset, which logs in without a password. Raises LookupError if the message has none."""
        return self._required("login_url", self._login_url)

    def to_dict(self) -> dict[str, str | None]:
        """Return all fields, None if unset."""
        return {
            "to": self.to,
            "kind": self.kind,
            "token": self._token,
            "code": self._code,
            "url": self._url,
            "login_url": self._login_url,
        }

    def _required(self, name: str, value: str | None) -> str:
        if value is None:
            raise LookupError(f"a message of kind {self.kind} has no {name}")
        return value


class Outbox(Sequence[Message]):
    """All messages, newest last; `outbox[-1]` is the newest."""

    def __init__(self, messages: Sequence[Message] = ()) -> None:
        self._messages = list(messages)

    def to(self, address: str) -> list[Message]:
        """Return the messages to an address or phone number, newest last."""
        return [message for message in self._messages if message.to.lower() == address.lower()]

    def last(self, *, to: str | None = None, kind: str | None = None) -> Message:
        """Return the newest message, optionally to an address or of a kind. Raises LookupError if there is none."""
        for message in reversed(self._messages if to is None else self.to(to)):
            if kind in {None, message.kind}:
                return message
        raise LookupError(f"no {kind or 'message'} {f'to {to} ' if to else ''}in the outbox")

    def add(self, message: Message) -> None:
        """Add a message."""
        self._messages.append(message)

    def clear(self) -> None:
        """Remove all messages."""
        self._messages.clear()

    def replace(self, messages: Sequence[Message]) -> None:
        """Replace all messages."""
        self._messages[:] = messages

    def __len__(self) -> int:
        return len(self._messages)

    @overload
    def __getitem__(self, index: int) -> Message: ...
    @overload
    def __getitem__(self, index: slice) -> list[Message]: ...
    def __getitem__(self, index: int | slice) -> Message | list[Message]:
        return self._messages[index]

    def __repr__(self) -> str:
        return f"Outbox({self._messages!r})"
