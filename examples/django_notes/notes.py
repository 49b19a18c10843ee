"""Notes, kept in memory: each belongs to one organization."""

from collections import defaultdict
from itertools import count


class Notes:
    """The notes of all organizations, by the organization's id. Django serves requests in several threads."""

    def __init__(self) -> None:
        self._notes: defaultdict[str, dict[int, str]] = defaultdict(dict)
        self._numbers = count(1)

    def of(self, organization_id: str) -> dict[int, str]:
        return dict(self._notes[organization_id])

    def add(self, organization_id: str, text: str) -> None:
        self._notes[organization_id][next(self._numbers)] = text

    def remove(self, organization_id: str, number: int) -> None:
        self._notes[organization_id].pop(number, None)
