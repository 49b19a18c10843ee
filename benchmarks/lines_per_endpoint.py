"""Lines of code in `api/` and `models/` per endpoint, without docstrings, comments and blank lines."""

import ast
import inspect
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from tokenize import COMMENT, DEDENT, ENDMARKER, INDENT, NEWLINE, NL, generate_tokens

from stytch_b2b_async.catalog import endpoints

PACKAGE = Path(__file__).parent.parent / "stytch_b2b_async"
SILENT = {COMMENT, DEDENT, ENDMARKER, INDENT, NEWLINE, NL}


def code_lines(text: str) -> set[int]:
    """List the lines of a module that contain code."""
    tokens = (token for token in generate_tokens(StringIO(text).readline) if token.type not in SILENT)
    lines = {line for token in tokens for line in range(token.start[0], token.end[0] + 1)}
    return lines - {line for docstring in docstrings(text) for line in range(docstring.lineno, (docstring.end_lineno or 0) + 1)}


def docstrings(text: str) -> Iterator[ast.Expr]:
    """Find docstrings, including those below fields."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node


def requests() -> Iterator[set[int]]:
    """Find the lines of code of each request that has a route."""
    for endpoint in endpoints().values():
        lines, start = inspect.getsourcelines(endpoint.request)
        module = Path(inspect.getsourcefile(endpoint.request) or "").read_text(encoding="utf-8")
        yield code_lines(module) & {*range(start, start + len(lines))}


def main() -> None:
    """Count, and print."""
    api, models = (
        [path.read_text(encoding="utf-8") for path in sorted((PACKAGE / folder).rglob("*.py"))] for folder in ("api", "models")
    )
    alone = [len(lines) for lines in requests()]
    rows = {
        "the request alone": sum(alone),
        "all of api/": sum(len(code_lines(text)) for text in api),
        "api/ and models/": sum(len(code_lines(text)) for text in [*api, *models]),
    }
    for name, lines in rows.items():
        sys.stdout.write(f"{name:18}{lines:6} lines, {lines / len(alone):5.1f} for each of {len(alone)} endpoints\n")


if __name__ == "__main__":
    main()
