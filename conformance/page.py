"""Write the generated parts of docs/emulator.md: `python -m conformance.page`."""

import sys
from pathlib import Path

from stytch_b2b_async.catalog import endpoints
from stytch_b2b_async.emulator.guesses import GUESSES
from stytch_b2b_async.emulator.routes import all_routes

PAGE = Path(__file__).parent.parent / "docs" / "emulator.md"
RECORDS = (
    *("sso.saml.", "sso.oidc.", "sso.external.", "scim."),
    *("organizations.members.oauth_providers.", "organizations.members.oidc_providers"),
)
"""Operations that keep what they are told, without a directory or an identity provider behind it."""
MARKS = "<!-- generated: {} -->", "<!-- end of {} -->"


def current() -> str:
    """Return the page as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    for name, content in {"endpoints": _endpoints(), "guesses": _guesses()}.items():
        begin, end = (mark.format(name) for mark in MARKS)
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{content}\n{end}{rest.partition(end)[2]}"
    return text


def _endpoints() -> str:
    emulated = {route.request.operation for route in all_routes() if route.is_emulated}
    rows = ["| endpoint | |", "|---|---|", *(f"| `{operation}` | {_state(operation, emulated)} |" for operation in endpoints())]
    return f"{len(emulated)} of {len(endpoints())} endpoints are emulated.\n\n" + "\n".join(rows)


def _state(operation: str, emulated: set[str]) -> str:
    if operation not in emulated:
        return "not emulated"
    return "record only" if operation.startswith(RECORDS) else "emulated"


def _guesses() -> str:
    return "\n".join(f"- `{guess.area}`: {guess.behaviour}" for guess in GUESSES) or "None is listed."


def main() -> int:
    """Write the page."""
    PAGE.write_text(current(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
