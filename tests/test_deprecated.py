"""Old names work, and say where to find what they name."""

import importlib

import pytest


@pytest.mark.parametrize(
    ("old", "name", "public"),
    [
        ("verify.token_source", "TokenSource", "api.m2m"),
        ("verify.connected_apps", "IntrospectAccessTokenLocal", "api.idp"),
        ("verify.machines", "AuthenticateToken", "api.m2m"),
    ],
)
def test_moved_class(old: str, name: str, public: str) -> None:
    """The warning names the package that exports the class, not the private module that defines it."""
    module = importlib.import_module(f"stytch_b2b_async.{old}")
    with pytest.warns(DeprecationWarning, match=rf"is now stytch_b2b_async\.{public}\.{name}$"):
        moved = getattr(module, name)
    assert moved is getattr(importlib.import_module(f"stytch_b2b_async.{public}"), name)


def test_moved_constant() -> None:
    """A name that no package exports is told by its module."""
    module = importlib.import_module("stytch_b2b_async.verify.token_source")
    with pytest.warns(DeprecationWarning, match=r"RENEW_BEFORE is now stytch_b2b_async\.api\.m2m\._token_source\.REFRESH_MARGIN$"):
        assert module.RENEW_BEFORE > 0
