"""Every endpoint of a client, found by walking through its public attributes."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import attrs


@attrs.frozen
class Found:
    """An endpoint of one side, in one mode."""

    namespace: Any
    name: str

    @property
    def call(self) -> Any:
        """The method to call."""
        return getattr(self.namespace, self.name)


Endpoints: TypeAlias = Mapping[str, Found]
"""By their path on the client, such as `passwords.email.reset`."""


def endpoints(client: Any) -> Endpoints:
    """Find all endpoints of a client; the client's own methods are not endpoints."""
    return {path: found for path, found in _walk(client) if found.namespace is not client}


def _walk(namespace: Any, path: str = "") -> Iterator[tuple[str, Found]]:
    for name in dir(namespace):
        if name.startswith("_"):
            continue
        member = getattr(namespace, name)
        if ".api." in type(member).__module__:  # on both sides the classes of namespaces live in a package of that name
            yield from _walk(member, f"{path}{name}.")
        elif callable(member):
            yield f"{path}{name}", Found(namespace, name)
