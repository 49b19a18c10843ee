"""Who may do what: role policies compiled to sets, so that a check is a few look-ups."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

WILDCARD = "*"
_NOBODY: frozenset[str] = frozenset()


@attrs.frozen
class Grants:
    """What roles, or scopes, allow: by resource, then by action, those who may."""

    by_resource: Mapping[str, Mapping[str, frozenset[str]]]

    def granting(self, roles: Iterable[str], resource_id: str, action: str) -> list[str]:
        """List the roles that allow an action on a resource."""
        actions = self.by_resource.get(resource_id, {})
        named, everything = actions.get(action, _NOBODY), actions.get(WILDCARD, _NOBODY)
        return [role for role in roles if role in named or role in everything]


def compile_grants(definitions: Iterable[Any], id_field: str = "role_id") -> Grants:
    """Compile roles or scopes of a policy; what drifted beyond use grants nothing."""
    by_resource: dict[str, dict[str, frozenset[str]]] = {}
    for definition in definitions or ():
        holder = getattr(definition, id_field)
        for permission in definition.permissions or ():
            actions = by_resource.setdefault(permission.resource_id, {})
            for action in permission.actions or ():
                actions[action] = actions.get(action, _NOBODY) | {holder}
    return Grants(by_resource)
