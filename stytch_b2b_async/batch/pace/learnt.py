"""The limit that an endpoint turns out to have."""

from typing import Final

import attrs

_PATIENCE, _MOST_PATIENCE = 10, 640  # windows without a refusal before a higher limit is tried
_STEP: Final = 20  # a limit is raised by this part of it


@attrs.define(eq=False)
class LearntLimit:
    """A limit that a refusal lowers, and that is raised again slowly, up to what was told."""

    told: int
    limit: int = attrs.field(init=False)
    _accepted: dict[int, int] = attrs.field(init=False, factory=dict[int, int])
    _refused: int | None = attrs.field(init=False, default=None)
    """The newest window with a refusal."""
    _ceiling: int = attrs.field(init=False)
    """What the limit was before that refusal."""
    _used_up: set[int] = attrs.field(init=False, factory=set[int])
    _calm: int = attrs.field(init=False, default=0)
    """Windows since then that were used up."""
    _patience: int = attrs.field(init=False, default=_PATIENCE)
    _raised: bool = attrs.field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        """Begin with what was told."""
        self.limit = self._ceiling = self.told

    def accepted(self, window: int) -> None:
        """Count a call that was not refused."""
        count = self._accepted[window] = self._accepted.get(window, 0) + 1
        if window == self._refused:  # the limit was lowered before all answers were there
            self.limit = min(max(self.limit, count), max(1, self._ceiling - 1))

    def refused(self, window: int) -> None:
        """Lower the limit to what was accepted in this window; at most by half, as the refusal may have another reason."""
        if self._refused is not None and window <= self._refused:
            return
        self._refused, self._ceiling, self._calm = window, self.limit, 0
        if self._raised:
            self._patience, self._raised = min(2 * self._patience, _MOST_PATIENCE), False
        self.limit = max(1, min(max(self._accepted.get(window, 0), self.limit // 2), self.limit - 1))

    def used_up(self, window: int) -> None:
        """Note that all permits of a window were taken."""
        self._used_up.add(window)

    def forget_before(self, first: int) -> None:
        """Forget windows that are over; raise the limit if enough of them went well."""
        over = {window for window in self._used_up if window < first}
        self._used_up -= over
        self._accepted = {window: count for window, count in self._accepted.items() if window >= first - 1}
        if self.limit == self.told:
            return
        self._calm += len(over - {self._refused})
        if self._calm >= self._patience:
            self.limit, self._calm, self._raised = min(self.told, self.limit + max(1, self.limit // _STEP)), 0, True
