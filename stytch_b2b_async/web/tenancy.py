"""Which organization a request is about: a parameter of its path, or a label of its host."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final

import attrs

from stytch_b2b_async.wire.hosts import is_domain, parse_host

from .decision import RuleError
from .http import RequestHead

_PATH: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_HOST: Final = re.compile(r"\{[A-Za-z_][A-Za-z0-9_]*\}\.(.+)")
_ID: Final = re.compile(r"organization-(?:test|live)-")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@attrs.frozen
class FromPath:
    """A parameter of the path."""

    parameter: str

    def is_about(self, head: RequestHead, host: str, organization_id: str, slug: str) -> bool:
        """Return whether a request is about an organization."""
        return _is_name(self.organization(head, host), organization_id, slug)

    def organization(self, head: RequestHead, host: str) -> str | None:
        """Return the id or slug that a request has; None if it has none."""
        found = head.path_parameters.get(self.parameter)
        return None if found is None else str(found)

    def check_route(self, parameters: Collection[str], where: str) -> None:
        """Raise RuleError for a route without the parameter."""
        if self.parameter not in parameters:
            raise RuleError(
                f"{where} has no parameter {{{self.parameter}}} that says which organization it is about: "
                "if it belongs to none, its rule must say so with organization=None"
            )


@attrs.frozen
class FromHost:
    """The first label of the host."""

    suffix: str
    """The rest, with a dot in front."""

    def is_about(self, head: RequestHead, host: str, organization_id: str, slug: str) -> bool:
        """Return whether a request is about an organization."""
        return _is_name(self.organization(head, host), organization_id, slug)

    def organization(self, head: RequestHead, host: str) -> str | None:
        """Return the id or slug that a host has; None if the host is another."""
        parsed = parse_host(host)
        name = parsed.name if parsed else ""
        label = name.removesuffix(self.suffix)
        return label if label != name and _LABEL.fullmatch(label) else None

    def check_route(self, parameters: Collection[str], where: str) -> None:
        """Accept any route: every request has a host."""


def _is_name(text: str | None, organization_id: str, slug: str) -> bool:
    """Compare with an id or a slug. Organizations choose their slugs: none may be taken for another's id."""
    if text is None:
        return False
    return text == organization_id if _ID.match(text) else text == slug != ""


@lru_cache(maxsize=256)
def template(text: str) -> FromPath | FromHost:
    """Read a template: `{org}` for a path parameter, `{org}.example.com` for a host. Raises ValueError."""
    in_path, in_host = _PATH.fullmatch(text), _HOST.fullmatch(text)
    if in_path:
        return FromPath(in_path[1])
    if in_host and is_domain(in_host[1]):
        return FromHost(f".{in_host[1]}")
    raise ValueError(f"organization must be like {{org}} or {{org}}.example.com, in lower case and without a port, not {text!r}")
