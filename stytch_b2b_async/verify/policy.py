"""Who may do what: role policies compiled to sets, so that a check is a few look-ups."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

WILDCARD = "*"


@attrs.frozen
class Grants:
    """What roles, or scopes, allow: by role, then by resource, the actions."""

    by_role: Mapping[str, Mapping[str, frozenset[str]]]

    def granting(self, roles: Iterable[str], resource_id: str, action: str) -> list[str]:
        """List the roles that allow an action on a resource."""
        return [role for role in roles if self._allows(role, resource_id, action)]

    def _allows(self, role: str, resource_id: str, action: str) -> bool:
        actions = self.by_role.get(role, {}).get(resource_id, ())
        return action in actions or WILDCARD in actions


def compile_grants(definitions: Iterable[Any], id_field: str = "role_id") -> Grants:
    """Compile roles or scopes of a policy; what drifted beyond use grants nothing."""
    by_role: dict[str, dict[str, frozenset[str]]] = {}
    for definition in definitions or ():
        resources = by_role.setdefault(getattr(definition, id_field), {})
        for permission in definition.permissions or ():
            actions = resources.get(permission.resource_id, frozenset())
            resources[permission.resource_id] = actions | frozenset(permission.actions or ())
    return Grants(by_role)
