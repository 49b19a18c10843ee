"""The API's own tree: `client.passwords.email` is `api/passwords/email.py`. A resource is imported when it is first touched."""

from functools import cached_property
from typing import TYPE_CHECKING

from stytch_b2b_async.endpoint import M, Namespace

if TYPE_CHECKING:
    from .passwords import Passwords


class Api(Namespace[M]):
    """The root of the tree, which both clients are."""

    @cached_property
    def passwords(self) -> "Passwords[M]":
        """Passwords: checking, logging in, resetting and bringing them along."""
        from .passwords import Passwords

        return Passwords(self._send)
