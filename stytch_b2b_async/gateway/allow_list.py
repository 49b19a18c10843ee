"""Which endpoints pass: patterns of operations, and effects; what is denied stays denied."""

import re
from fnmatch import fnmatchcase
from typing import Final, Self

import attrs

from stytch_b2b_async.catalog import operations
from stytch_b2b_async.endpoint import Effect
from stytch_b2b_async.schema import did_you_mean

_EFFECT: Final = "effect:"
_EFFECTS: Final = {effect.value.replace(" ", "-"): effect for effect in Effect}
_PATTERN: Final = re.compile(r"[a-z0-9_.*?]+")


@attrs.frozen(repr=False)
class AllowList:
    """The endpoints that a caller may use. Create one with `AllowList.parse`."""

    rules: tuple[str, ...]
    _decided: dict[tuple[str, Effect], bool] = attrs.field(init=False, factory=dict[tuple[str, Effect], bool], eq=False)
    """For each declared endpoint that was asked for."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `passwords.*, effect:reads, !passwords.migrate`: operations, `*` and `?` in them, effects, and `!` to deny.

        The effects are `reads`, `repeatable` and `acts-once`. Denials win, wherever they stand; without anything that is allowed,
        nothing passes. Raises ValueError for a rule that concerns no endpoint.
        """
        rules = tuple(rule for rule in re.split(r"[\s,]+", text.strip()) if rule)
        if not rules:
            raise ValueError("an allow-list needs a rule, such as effect:reads, passwords.* or *")
        for rule in rules:
            _check(rule.removeprefix("!"))
        return cls(rules)

    def allows(self, operation: str, effect: Effect) -> bool:
        """Return whether an endpoint passes."""
        decided = self._decided.get((operation, effect))
        if decided is None:
            decided = _allows(self.rules, operation, effect)
            if operation in operations():
                self._decided[operation, effect] = decided
        return decided

    def __str__(self) -> str:
        return ", ".join(self.rules)

    def __repr__(self) -> str:
        return f"AllowList({str(self)!r})"


READS: Final = AllowList((f"{_EFFECT}reads",))
"""The default: endpoints that change nothing."""


def _check(rule: str) -> None:
    if rule.startswith(_EFFECT):
        effect = rule.removeprefix(_EFFECT)
        if effect not in _EFFECTS:
            raise ValueError(f"{rule!r} is not an effect: they are {', '.join(_EFFECT + name for name in _EFFECTS)}")
    elif not _PATTERN.fullmatch(rule) or not any(fnmatchcase(operation, rule) for operation in operations()):
        raise ValueError(f"{rule!r} matches no endpoint{did_you_mean(rule, operations())}")


def _allows(rules: tuple[str, ...], operation: str, effect: Effect) -> bool:
    matching = [rule for rule in rules if _concerns(rule.removeprefix("!"), operation, effect)]
    return bool(matching) and not any(rule.startswith("!") for rule in matching)


def _concerns(rule: str, operation: str, effect: Effect) -> bool:
    if rule.startswith(_EFFECT):
        return _EFFECTS.get(rule.removeprefix(_EFFECT)) is effect
    return fnmatchcase(operation, rule)
