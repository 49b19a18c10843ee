"""The `Auth` of a Django project, made from its `STYTCH` setting."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from stytch_b2b_async import web
from stytch_b2b_async.client import BlockingClient

_ARGUMENTS: Final = frozenset({"cookies", "organization", "trusted_origins", "max_age", "extend", "login_page"})
_OWN: Final = frozenset({"client", "login", "webhook"})


@cache
def auth() -> web.Auth:
    """Return the project's `Auth`. Raises ImproperlyConfigured.

    The keys of `STYTCH` are the arguments of `stytch_b2b_async.web.Auth`, and:

    - `client`: a BlockingClient, or a function (or its dotted path) that returns one; by default it is made from the environment.
    - `login`: the options of `stytch_b2b_async.web.login.LoginRoutes`, for the URLs to log in and out.
    - `webhook`: `secret` and `on_event` (a function or its dotted path), for the URL that receives webhooks.
    """
    given = options()
    client = imported(given.get("client", BlockingClient))
    made = client() if callable(client) else client
    if not isinstance(made, BlockingClient):
        raise ImproperlyConfigured("STYTCH['client'] must be a BlockingClient, or return one")
    return web.Auth(made, **{name: value for name, value in given.items() if name in _ARGUMENTS})


def options() -> Mapping[str, Any]:
    """Return the setting. Raises ImproperlyConfigured for unknown keys."""
    given = cast("object", getattr(settings, "STYTCH", {}))
    if not isinstance(given, Mapping):
        raise ImproperlyConfigured("STYTCH must be a mapping")
    found = cast("Mapping[str, Any]", given)
    unknown = sorted(found.keys() - _ARGUMENTS - _OWN)
    if unknown:
        raise ImproperlyConfigured(f"STYTCH has no {unknown[0]!r}: its keys are {', '.join(sorted(_ARGUMENTS | _OWN))}")
    return found


def imported(value: Any) -> Any:
    """Return what a dotted path names; anything else as it is."""
    return import_string(value) if isinstance(value, str) else value


def _forget(*, setting: str, **_: object) -> None:
    if setting == "STYTCH":
        auth.cache_clear()


cast("Any", setting_changed).connect(cast("Callable[..., None]", _forget))  # as by override_settings, in tests
