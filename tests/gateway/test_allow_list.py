"""Which endpoints pass."""

import pytest

from stytch_b2b_async.endpoint import Effect
from stytch_b2b_async.gateway import READS, AllowList


@pytest.mark.parametrize(
    ("text", "operation", "effect", "allowed"),
    [
        ("*", "passwords.authenticate", Effect.ACTS_ONCE, True),
        ("passwords.*", "passwords.email.reset", Effect.ACTS_ONCE, True),
        ("passwords.*", "organizations.get", Effect.READS, False),
        ("effect:reads", "organizations.get", Effect.READS, True),
        ("effect:reads", "organizations.delete", Effect.REPEATABLE, False),
        ("effect:acts-once", "organizations.create", Effect.ACTS_ONCE, True),
        ("effect:reads, !m2m.*", "m2m.clients.get", Effect.READS, False),
        ("!m2m.*\n*", "m2m.clients.get", Effect.READS, False),
        ("*, !effect:acts-once", "organizations.create", Effect.ACTS_ONCE, False),
        ("organizations.get", "organizations.get_connected_app", Effect.READS, False),
        ("!m2m.*", "organizations.get", Effect.READS, False),
    ],
)
def test_rules(text: str, operation: str, effect: Effect, *, allowed: bool) -> None:
    """Denials win wherever they stand, and what no rule allows is denied."""
    assert allowed is AllowList.parse(text).allows(operation, effect)


@pytest.mark.parametrize(
    "text", ["", " , ", "pasword.*", "effect:read", "!organizations.gett", "passwords.*;drop", "!!*", "PASSWORDS.*"]
)
def test_rules_that_concern_nothing(text: str) -> None:
    """A misspelt rule is an error, since a denial that matches nothing would allow."""
    with pytest.raises(ValueError, match=r"no endpoint|not an effect|needs a rule"):
        AllowList.parse(text)


def test_reads_by_default() -> None:
    assert "effect:reads" == str(READS)
    assert AllowList.parse(str(READS)) == READS
