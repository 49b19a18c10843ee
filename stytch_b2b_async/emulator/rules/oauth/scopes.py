"""Scopes of OAuth clients."""

import re
from collections.abc import Sequence
from typing import Final

from stytch_b2b_async.emulator.errors import EmulatedError

_SCOPE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,256}")  # scope-token of RFC 6749
_MAX_SCOPES: Final = 100


def check_m2m_scopes(scopes: Sequence[str]) -> list[str]:
    """Return the scopes of a machine-to-machine client, unless one is malformed."""
    if len(scopes) > _MAX_SCOPES:
        raise EmulatedError("too_many_m2m_client_scopes", f"A client has at most {_MAX_SCOPES} scopes.")
    if not all(_SCOPE.fullmatch(scope) for scope in scopes):
        raise EmulatedError("invalid_m2m_client_scope", "A scope is printable ASCII, without spaces, quotes and backslashes.")
    return list(dict.fromkeys(scopes))
