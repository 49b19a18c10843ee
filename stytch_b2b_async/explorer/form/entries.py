"""What the inputs of a form hold, as a tree.

The name of an input is a path: `organization_id`, `query.operator`, `roles.0`, `trusted_metadata.1.key`. Names that begin with an
underscore are of the form itself.
"""

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias, cast

import attrs

Node: TypeAlias = str | dict[str, "Node"]

EMPTY: Final = "_empty"
"""Name of the checkboxes that send an empty text, list or object; their values are paths."""
ADD: Final = "_add"
"""Name of the buttons that add a row to a list."""
_MAX_DEPTH: Final = 16
_MAX_ROW: Final = 10_000


@attrs.frozen
class Entries:
    """The inputs of a form, by path."""

    pairs: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    """Names and values, as a browser sends them; passwords are among them."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "Entries":
        """Keep the inputs that belong to the request. Line ends are those of Python: browsers send CR LF."""
        kept = ((name, text.replace("\r\n", "\n")) for name, text in pairs if not name.startswith("_") or name in {EMPTY, ADD})
        return cls(tuple(kept))

    @property
    def tree(self) -> dict[str, Node]:
        """The values by path; a name that contradicts another one is ignored."""
        root: dict[str, Node] = {}
        for name, text in self.pairs:
            if not name.startswith("_"):
                _place(root, name.split("."), text)
        return root

    @property
    def empties(self) -> frozenset[str]:
        """Paths of what is to be sent empty."""
        return frozenset(text for name, text in self.pairs if name == EMPTY)

    @property
    def added(self) -> str | None:
        """The path of the list to which a row is to be added."""
        return next((text for name, text in self.pairs if name == ADD), None)

    def without(self, paths: Iterable[str]) -> "Entries":
        """Leave out some inputs."""
        left_out = set(paths)
        return Entries(tuple(pair for pair in self.pairs if pair[0] not in left_out))


def rows_of(node: Node | None) -> Iterator[tuple[int, Node]]:
    """Yield the rows of a list by their numbers, in order."""
    if isinstance(node, dict):
        numbers = sorted(int(key) for key in node if key.isascii() and key.isdecimal() and len(key) <= len(str(_MAX_ROW)))
        yield from ((number, node[key]) for number in numbers if (key := str(number)) in node)


def _place(root: dict[str, Node], path: list[str], text: str) -> None:
    inner = root
    for name in path[:-1][:_MAX_DEPTH]:
        found = inner.setdefault(name, {})
        if isinstance(found, str):
            return
        inner = found
    if not isinstance(cast("object", inner.get(path[-1])), dict):
        inner[path[-1]] = text
