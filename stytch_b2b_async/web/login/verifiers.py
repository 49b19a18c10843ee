"""The PKCE code verifier that binds the logins of a browser to it.

All tabs of a browser share one, since a redirect of Stytch's has no place for more than its token: which tab began a login
cannot be told, and need not be. Tabs that begin their first logins at the same moment each make one, under names of their own, so
that no answer overwrites what another one has set.
"""

import re
import secrets
from typing import Final

import attrs

from stytch_b2b_async.verify.pkce import PKCE
from stytch_b2b_async.web.cookies import Cookies, SetCookie
from stytch_b2b_async.web.http import RawHeaders

PREFIX: Final = "stytch_login_verifier_"
LIFE: Final = 60 * 60
"""Seconds: as long as a mailed link is good by default."""
MAX_VERIFIERS: Final = 4
_NAME: Final = re.compile(r"[0-9a-f]{12}")
_VALUE: Final = re.compile(r"(\d{10,11})\.([A-Za-z0-9_-]{43})")


@attrs.frozen
class BrowserVerifier:
    """A verifier that a browser holds."""

    name: str
    """Of its cookie, without prefixes."""
    created: int
    pair: PKCE

    def cookie(self, cookies: Cookies, scheme: str, host: str) -> SetCookie:
        """Return what keeps it for another hour."""
        return cookies.own(scheme, host, PREFIX + self.name, f"{self.created}.{self.pair.verifier}", LIFE)


def browser_verifiers(headers: RawHeaders, prefix: str) -> list[BrowserVerifier]:
    """Return a browser's verifiers, the newest first. Cookies that are none, or too many, are ignored.

    `prefix` is that of the cookies' names, as the browser has them.
    """
    found: dict[str, BrowserVerifier] = {}
    wanted = prefix.encode()
    for header, value in headers:
        if header.lower() == b"cookie":
            for pair in value.split(b";"):
                name, _, text = pair.strip().partition(b"=")
                if name.startswith(wanted):
                    one = _read(name[len(wanted) :].decode("latin-1"), text.decode("latin-1"))
                    if one is not None:
                        found[one.name] = one
    return sorted(found.values(), key=lambda one: one.created, reverse=True)


def new_verifier(now: float) -> BrowserVerifier:
    """Create a verifier from 256 random bits."""
    return BrowserVerifier(secrets.token_hex(6), int(now), PKCE.generate())


def _read(name: str, value: str) -> BrowserVerifier | None:
    found = _VALUE.fullmatch(value)
    if found is None or not _NAME.fullmatch(name):
        return None
    return BrowserVerifier(name, int(found[1]), PKCE.of(found[2]))
