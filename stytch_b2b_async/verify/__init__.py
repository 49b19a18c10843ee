"""Local checks of tokens and permissions, usable without a client. Failed checks raise a TokenError."""

TYPE_CHECKING = False  # without importing `typing`: type checkers know the name
if TYPE_CHECKING:
    from stytch_b2b_async.concurrency.flow import Flow as Flow
    from stytch_b2b_async.concurrency.flow import run_async as run_async
    from stytch_b2b_async.concurrency.flow import run_sync as run_sync

    from .options import Verification as Verification
    from .verifier import Verifier as Verifier

_MODULE_OF = {
    "Flow": "stytch_b2b_async.concurrency.flow",
    "Verification": "stytch_b2b_async.verify.options",
    "Verifier": "stytch_b2b_async.verify.verifier",
    "run_async": "stytch_b2b_async.concurrency.flow",
    "run_sync": "stytch_b2b_async.concurrency.flow",
}
"""Loaded when first used: errors and PKCE need none of them."""

if not TYPE_CHECKING:
    __all__ = [*_MODULE_OF]  # noqa: PLE0604  # strings, all of them

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
        return value
