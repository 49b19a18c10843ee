"""The search for secrets in tracebacks finds what is planted."""

import runpy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.endpoints import ENDPOINTS
from support.planted_secrets import WORD, plant, refusal, search
from support.traceback_tools import chain, shown


class TestTheSearch:
    """The tests above can fail."""

    @pytest.mark.parametrize("place", ["argument", "local", "mapping", "text", "attribute", "context"])
    def test_finds_what_is_planted(self, place: str, tmp_path: Path) -> None:
        with pytest.raises(AssertionError, match=WORD):
            search(refusal(partial(_leaks(tmp_path)[place], WORD)))

    def test_every_kind_of_tool_shows_what_is_planted(self, tmp_path: Path) -> None:
        error = refusal(partial(_leaks(tmp_path)["argument"], WORD))
        assert error is not None
        told = {tool: WORD in text for tool, text in shown(error) if tool != "reprs"}
        assert {"traceback", "rich"} <= told.keys()
        assert all(told.values()), told

    def test_requests_hold_many_secrets(self) -> None:
        planted = [name for name, request in ENDPOINTS.items() if WORD in repr(plant(request))]
        assert 60 < len(planted)

    def test_chains_are_followed_though_suppressed(self) -> None:
        error = ValueError()
        error.__context__ = KeyError()
        error.__suppress_context__ = True
        assert [error, error.__context__] == chain(error)


def _leaks(folder: Path) -> dict[str, Any]:
    """Make functions whose frames are not of the tests."""
    file = folder / "leaks.py"
    file.write_text(LEAKS)
    return runpy.run_path(str(file))


LEAKS = """
def argument(value):
    raise ValueError("x")

def local(value):
    other = value + "x"
    del value
    raise ValueError("x")

def mapping(value):
    held = {"a": [value]}
    del value
    raise ValueError("x")

def text(value):
    value = value.encode()
    raise ValueError("x")

def attribute(value):
    error = ValueError("x")
    error.held = value
    del value
    raise error

def context(value):
    try:
        int(value)
    except ValueError:
        del value
        raise TypeError("x") from None
"""
