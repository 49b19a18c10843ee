"""What the emulator would have mailed or texted."""

from collections.abc import Callable, Sequence
from typing import overload

from stytch_b2b_async.schema import Model, Secret, frozen


@frozen
class Message(Model):
    """A mail or a text message."""

    to: str
    kind: str
    """`password_reset`, `discovery_password_reset` or `sms_otp`."""
    token: Secret | None = None
    """What the link carries in its query."""
    code: Secret | None = None
    """What the member types in."""
    url: Secret | None = None
    """The link, with the token in it."""


class Outbox(Sequence[Message]):
    """All messages, newest last; `outbox[-1]` is the newest."""

    def __init__(self, messages: Sequence[Message] = (), keep: Callable[[Message], None] = lambda _: None) -> None:
        self._messages = list(messages)
        self._keep = keep

    def to(self, address: str) -> list[Message]:
        """List the messages to an address or a phone number, newest last."""
        return [message for message in self._messages if message.to.lower() == address.lower()]

    def last(self, *, to: str | None = None, kind: str | None = None) -> Message:
        """Fetch the newest message, perhaps of those to an address or of a kind. Raises LookupError when there is none."""
        for message in reversed(self._messages if to is None else self.to(to)):
            if kind in {None, message.kind}:
                return message
        raise LookupError(f"no {kind or 'message'} {f'to {to} ' if to else ''}in the outbox")

    def send(self, message: Message) -> None:
        """Put a message in."""
        self._keep(message)
        self._messages.append(message)

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
