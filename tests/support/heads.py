"""Requests as the web core takes them."""

from stytch_b2b_async.testing.fake import SignedIn
from stytch_b2b_async.web import RequestHead


def head(*headers: tuple[str, str], method: str = "GET", scheme: str = "https", host: str = "app.example.com") -> RequestHead:
    """Return a request with these headers."""
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in (("Host", host), *headers)]
    return RequestHead(method=method, headers=pairs, scheme=scheme)


def head_of(who: SignedIn, method: str = "GET") -> RequestHead:
    """Return a request with the cookies of a session."""
    return head(("Cookie", "; ".join(f"{name}={value}" for name, value in who.cookies.items())), method=method)
