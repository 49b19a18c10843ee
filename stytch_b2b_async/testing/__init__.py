"""For tests of programs that use the SDK: a Stytch in memory, tokens that local checks accept, and a transport without a server.

The pytest fixtures are in `stytch_b2b_async.testing.pytest_plugin`, which pytest loads by itself.
"""

TYPE_CHECKING = False  # without importing `typing`: pytest imports this package in every run
if TYPE_CHECKING:
    from .fake import FakeStytch as FakeStytch
    from .recorder import RecordedCall as RecordedCall
    from .recorder import RecorderTransport as RecorderTransport
    from .tokens import TokenMinter as TokenMinter

__all__ = ["FakeStytch", "RecordedCall", "RecorderTransport", "TokenMinter"]

_MODULES = {"FakeStytch": "fake", "RecordedCall": "recorder", "RecorderTransport": "recorder", "TokenMinter": "tokens"}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return __all__
