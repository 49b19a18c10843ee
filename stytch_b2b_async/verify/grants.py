"""Permissions of roles and scopes, compiled to sets, so that a check takes a few lookups."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

WILDCARD = "*"
_NOBODY: frozenset[str] = frozenset()


@attrs.frozen
class Grants:
    """The roles or scopes that grant each action: resource, then action, then their names."""

    by_resource: Mapping[str, Mapping[str, frozenset[str]]]

    def granting(self, roles: Iterable[str], resource_id: str, action: str) -> list[str]:
        """Return the roles that grant an action on a resource."""
        actions = self.by_resource.get(resource_id, {})
        named, everything = actions.get(action, _NOBODY), actions.get(WILDCARD, _NOBODY)
        return [role for role in roles if role in named or role in everything]


def compile_grants(definitions: Iterable[Any], id_field: str = "role_id") -> Grants:
    """Compile the roles or scopes of a policy. Entries that do not match their declaration grant nothing."""
    by_resource: dict[str, dict[str, frozenset[str]]] = {}
    for definition in definitions or ():
        holder = getattr(definition, id_field)
        for permission in definition.permissions or ():
            actions = by_resource.setdefault(permission.resource_id, {})
            for action in permission.actions or ():
                actions[action] = actions.get(action, _NOBODY) | {holder}
    return Grants(by_resource)
