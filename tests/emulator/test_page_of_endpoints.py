"""The page about the emulator says what the code does."""

from conformance.page import PAGE, current


def test_page_is_current() -> None:
    """If not: `python -m conformance.page`."""
    assert current() == PAGE.read_text(encoding="utf-8")
