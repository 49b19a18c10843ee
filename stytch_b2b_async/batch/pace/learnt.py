"""The limit that an endpoint turns out to have."""

from typing import ClassVar, Final

import attrs

_PATIENCE, _MAX_PATIENCE = 10, 640  # windows without a refusal before a higher limit is tried
_STEP: Final = 20  # a limit is raised by this part of it
_SHARED_DECREASE: Final = 0.85


@attrs.define(eq=False)
class LearntLimit:
    """A limit that a refusal lowers, and that is raised again slowly, up to what was told."""

    told: int
    limit: int = attrs.field(init=False)
    _accepted: dict[int, int] = attrs.field(init=False, factory=dict[int, int])
    _changed: int = attrs.field(init=False, default=-1)
    """The newest window in which the limit changed."""
    _refused: int = attrs.field(init=False, default=-1)
    """The newest window with a refusal."""
    _ceiling: int = attrs.field(init=False)
    """What the limit was before that refusal."""
    _used_up: set[int] = attrs.field(init=False, factory=set[int])
    _calm: int = attrs.field(init=False, default=0)
    """Windows since then that were used up."""
    _patience: int = attrs.field(init=False, default=_PATIENCE)
    _raised: bool = attrs.field(init=False, default=False)

    counts_all: ClassVar[bool] = True
    """Whether all calls of the group are this process's."""

    def __attrs_post_init__(self) -> None:
        """Begin with what was told."""
        self.limit = self._ceiling = self.told

    def accepted(self, window: int) -> None:
        """Count a call that was not refused."""
        count = self._accepted[window] = self._accepted.get(window, 0) + 1
        if window == self._refused and self.counts_all:  # the limit was lowered before all answers were there
            self.limit = min(max(self.limit, count), max(1, self._ceiling - 1))

    def refused(self, window: int) -> None:
        """Lower the limit to what was accepted in this window; at most by half, as the refusal may have another reason."""
        if window <= max(self._refused, self._changed):
            return
        self._refused = self._changed = window
        self._ceiling, self._calm = self.limit, 0
        if self._raised:
            self._patience, self._raised = min(2 * self._patience, _MAX_PATIENCE), False
        known = max(self._accepted.get(window, 0), self.limit // 2) if self.counts_all else int(self.limit * _SHARED_DECREASE)
        self.limit = max(1, min(known, self.limit - 1))

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
            self.limit = min(self.told, self.limit + max(1, self.limit // _STEP))
            self._changed, self._calm, self._raised = first, 0, True

    def _settle(self, limit: int) -> None:
        """Take a limit that was found elsewhere."""
        self.limit, self._calm, self._raised = limit, 0, False


@attrs.define(eq=False)
class SharedLimit(LearntLimit):
    """A limit that several processes learn: what one finds, the others adopt."""

    _published: int = attrs.field(init=False, default=-1)

    counts_all: ClassVar[bool] = False

    def to_publish(self) -> str | None:
        """Return what the others do not know yet."""
        if self._changed <= self._published:
            return None
        self._published = self._changed
        return f"{self._changed}:{self.limit}"

    def adopt(self, published: str | None) -> None:
        """Adopt what another process has found since; of the same window, the lower limit."""
        changed, _, limit = (published or "").partition(":")
        if not (changed.isdecimal() and limit.isdecimal()):
            return
        if int(changed) > self._changed or (int(changed) == self._changed and int(limit) < self.limit):
            self._changed = self._published = int(changed)
            self._settle(max(1, min(self.told, int(limit))))
