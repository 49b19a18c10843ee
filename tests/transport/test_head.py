"""What is written at the head of a request."""

import pytest
from multidict import CIMultiDict

from stytch_b2b_async.transport.head import HeaderBlocks, first_line

ALWAYS = {"Authorization": "Basic cHJvamVjdDpzZWNyZXQ=", "Accept": "application/json", "User-Agent": "tests"}


def blocks() -> HeaderBlocks:
    return HeaderBlocks(CIMultiDict({"Host": "127.0.0.1", "Accept": "*/*"}))


class TestHeaderBlocks:
    def test_merge(self) -> None:
        """A call's headers take the place of the common ones."""
        assert (
            b"Host: 127.0.0.1\r\nAccept: application/json\r\nAuthorization: Basic cHJvamVjdDpzZWNyZXQ=\r\nUser-Agent: tests\r\n"
            == blocks().write(ALWAYS)
        )

    def test_kept_block(self) -> None:
        """What every call says is written once, and again when it changes."""
        written = blocks()
        first = written.write(dict(ALWAYS))
        assert written.write(dict(ALWAYS)) is first
        other = written.write({**ALWAYS, "Authorization": "Basic b3RoZXI6c2VjcmV0"})
        assert b"Basic b3RoZXI6c2VjcmV0" in other
        assert b"cHJvamVjdDpzZWNyZXQ=" not in other

    def test_session_token_not_kept(self) -> None:
        """A session's token does not outlive its call."""
        written = blocks()
        assert b"X-Stytch-Member-SessionJWT: the-token\r\n" in written.write({**ALWAYS, "X-Stytch-Member-SessionJWT": "the-token"})
        assert "the-token" not in repr(vars(written))
        assert b"the-token" not in written.write(ALWAYS)

    def test_bound(self) -> None:
        """Clients with ever other options do not fill the memory."""
        written = blocks()
        for number in range(100):
            written.write({"User-Agent": str(number)})
        assert len(written._kept) <= 8

    def test_content_length_is_ours(self) -> None:
        """Whoever writes the body knows its length."""
        assert b"ength" not in blocks().write({"content-length": "7"})


@pytest.mark.parametrize("target", ["/a b", "/a\r\nX-Evil: 1", "/\t", "/\x7f", "/\0", "/\x0b"])
def test_first_line(target: str) -> None:
    """Nothing in an address begins a line of its own, or another part of the first."""
    assert first_line("GET", "/a") == b"GET /a HTTP/1.1\r\n"
    with pytest.raises(ValueError, match="control character"):
        first_line("GET", target)
    with pytest.raises(ValueError, match="control character"):
        first_line(target, "/a")
