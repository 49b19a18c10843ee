"""What tells schemathesis of the values that succeed: examples in the document, and dictionaries to choose from elsewhere."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import attrs

_CHECKS: Final = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"),
    *("response_headers_conformance", "ignored_auth", "unsupported_method", "use_after_free"),
)
"""Not those of requests: the API ignores fields that it does not know, and takes null for a missing one."""
_LIKELY: Final = 0.75
_QUIET: Final = (
    "pkce_code_verifier",
    "pkce_code_challenge",
    "code_challenge",
    "code_verifier",
    "intermediate_session_token",
    "cursor",
)
"""Parameters that mostly stay empty: a random one makes every call invalid."""
_SESSIONS: Final = ("X-Stytch-Member-Session", "X-Stytch-Member-SessionJWT")
"""Both at once would be too many."""


@attrs.frozen
class Known:
    """The values of an operation."""

    general: Mapping[str, Any]
    own: Mapping[str, Any]
    """Which its example has, required or not."""

    @property
    def all(self) -> Mapping[str, Any]:
        """All values, scalars or not."""
        return {**dict.fromkeys(_QUIET, ""), **self.general, **self.own}


def with_examples(described: Mapping[str, Any], known: Mapping[str, Known]) -> dict[str, Any]:
    """Return the document with examples that succeed, and without what is not emulated."""
    made: dict[str, Any] = deepcopy({**described, "paths": {}})
    for path, operations in described["paths"].items():
        kept = {
            method: _example(each, known[each["operationId"]])
            for method, each in operations.items()
            if each["operationId"] in known
        }
        if kept:
            made["paths"][path] = kept
    return made


def _example(operation: Mapping[str, Any], known: Known) -> dict[str, Any]:
    made: dict[str, Any] = deepcopy(dict(operation))
    unused = {_SESSIONS[len(made["operationId"]) % 2], *(name for name, value in known.own.items() if value == "")}
    made["parameters"] = [each for each in made["parameters"] if each["name"] not in unused]
    for parameter in made["parameters"]:
        parameter["schema"].pop("examples", None)
        if (parameter["required"] or parameter["name"] in known.own) and known.all.get(parameter["name"]):
            parameter["example"] = known.all[parameter["name"]]
    for content in made.get("requestBody", {}).get("content", {}).values():
        schema = content["schema"]
        for each in schema["properties"].values():
            each.pop("examples", None)  # each would be tried alone
        shown = {name: known.all.get(name, content["example"].get(name)) for name in schema["required"]} | dict(known.own)
        content["example"] = {name: value for name, value in shown.items() if name in schema["properties"] and value != ""}
    return made


def configuration(document: Mapping[str, Any], known: Mapping[str, Known], hooks: Path) -> str:
    """Return the configuration, in TOML."""
    dictionaries: dict[str, str] = {}
    operations = [each for item in document["paths"].values() for each in item.values()]
    parts = ["\n".join(_operation(each, known[each["operationId"]], dictionaries)) for each in operations]
    checks = [f"{name}.enabled = true" for name in _CHECKS]
    general = [f"hooks = {json.dumps(str(hooks))}", "", "[checks]", "enabled = false", *checks]
    listed = [f"[dictionaries.{name}]\nvalues = [{value}]" for value, name in dictionaries.items()]
    return "\n\n".join(["\n".join(general), *listed, *parts]) + "\n"


def _operation(operation: Mapping[str, Any], known: Known, dictionaries: dict[str, str]) -> Iterator[str]:
    yield f'[[operations]]\ninclude-operation-id = "{operation["operationId"]}"\n[operations.parameters]'
    for place, name in _places(operation):
        value = known.all.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool):
            dictionary = dictionaries.setdefault(json.dumps(value), f"values-{len(dictionaries)}")
            yield f'"{place}.{name}" = {{ dictionary = "{dictionary}", probability = {_LIKELY} }}'


def _places(operation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((each["in"], each["name"]) for each in operation["parameters"])
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from (("body", name) for name in content["schema"]["properties"])
