"""What the API's documentation leaves open, and what the emulator does there: each guess beside what it concerns."""

from typing import Final

import attrs


@attrs.frozen
class Guess:
    """A behaviour that was chosen as the likeliest, not seen."""

    area: str
    """An operation, such as `sessions.revoke`, or several, such as `organizations.*`."""
    behaviour: str
    """One sentence."""


ORGANIZATIONS_AND_MEMBERS: Final[tuple[Guess, ...]] = ()

SESSIONS: Final[tuple[Guess, ...]] = ()

ROLES: Final[tuple[Guess, ...]] = ()

CLIENTS: Final[tuple[Guess, ...]] = ()

LOGINS: Final[tuple[Guess, ...]] = ()

SSO_AND_SCIM: Final[tuple[Guess, ...]] = ()

CONTROL: Final[tuple[Guess, ...]] = ()

GUESSES: Final[tuple[Guess, ...]] = (
    *ORGANIZATIONS_AND_MEMBERS,
    *SESSIONS,
    *ROLES,
    *CLIENTS,
    *LOGINS,
    *SSO_AND_SCIM,
    *CONTROL,
)
"""All guesses."""
