"""Client configuration, from arguments and environment variables."""

import base64
import ipaddress
import os
import platform
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Self, cast
from urllib.parse import SplitResult, urlsplit

import attrs

from stytch_b2b_async.schema.validation import refuse_control_characters

from ._tracebacks import clean_traceback
from ._version import __version__
from .endpoint import Host
from .schema import SENSITIVE, Model, Secret, frozen
from .schema.validation import check_seconds

API_HOSTS = {"project-live-": "https://api.stytch.com", "project-test-": "https://test.stytch.com"}
FRAUD_HOST = "https://telemetry.stytch.com"
USER_AGENT = f"stytch-b2b-async/{__version__} Python/{platform.python_version()}"

DEFAULT_TIMEOUT = 30.0
DEFAULT_CONNECT_TIMEOUT = 5.0
DEFAULT_MAX_ATTEMPTS = 3
_PROJECT_ID = r"[A-Za-z0-9][A-Za-z0-9._~-]*"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
NETLOC = r"(?:\[[^\[\]]+\]|[^\[\]:]+)(?::\d*)?"
"""A host and port. Stricter than urlsplit, which ignores text around the brackets of an IPv6 address."""
_RENAMED = {
    "environment": "the project_id determines the environment, and base_url sets any other host",
    "env": "the project_id determines the environment, and base_url sets any other host",
    "custom_base_url": "use base_url",
    "fraud_environment": "use fraud_base_url",
    "async_session": "use session, of Client only",
    "sync_session": "blocking calls use aiohttp too; pass a transport instead",
    "suppress_warnings": "this package emits no such warnings",
    "retries": "did you mean 'max_attempts', which counts the first one too?",
    "max_retries": "did you mean 'max_attempts', which counts the first one too?",
}
"""Options of other SDKs, and what to use instead."""


@frozen
class Config(Model):
    """A client's settings."""

    project_id: str | None
    base_url: str
    fraud_base_url: str
    secret: Secret | None
    """None for a gateway that adds the credentials."""
    timeout: float = DEFAULT_TIMEOUT
    connect_timeout: float = DEFAULT_CONNECT_TIMEOUT
    max_attempts: int = DEFAULT_MAX_ATTEMPTS
    strict: bool = False
    headers: Annotated[Mapping[str, str], SENSITIVE] = attrs.field(init=False)
    """Headers of every request."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "headers", _headers(self))

    @classmethod
    @clean_traceback
    def resolve(
        cls,
        project_id: str | None,
        secret: str | None,
        base_url: str | None,
        fraud_base_url: str | None,
        allow_http: bool | None = None,  # noqa: FBT001  # as the clients' own parameters, in their order
    ) -> Self:
        """Take missing settings from environment variables, and validate all of them."""
        project_id = _setting("project_id", project_id)
        secret = _setting("secret", secret)
        base_url = _setting("base_url", base_url)
        allow_http = _allow_http(allow_http)
        _check_credentials(project_id, secret, optional=base_url is not None)
        base_url = checked_base_url("base_url", base_url, allow_http=allow_http) if base_url else _vendor_host(project_id)
        if fraud_base_url is not None:
            fraud_base_url = checked_base_url("fraud_base_url", fraud_base_url, allow_http=allow_http)
        elif base_url.startswith("http:") or secret is None:
            fraud_base_url = base_url  # an emulator or a gateway: send nothing to Stytch unless configured
        else:
            fraud_base_url = FRAUD_HOST
        for url in (base_url, fraud_base_url):
            if url.startswith("http:") and not is_loopback(url):
                _check_test_project(project_id)
        return cls(project_id=project_id, secret=secret, base_url=base_url, fraud_base_url=fraud_base_url)

    @clean_traceback
    def with_options(self, **options: Any) -> Self:
        """Return a copy with other options. They are validated first, since the frames that copy hold the secret."""
        for name, value in options.items():
            check = _OPTIONS.get(name)
            if check is None:
                raise unknown_option(name, _OPTIONS)
            check(name, value)
        return cast("Self", attrs.evolve(cast("Any", self), **options))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that no text may contain."""
        return () if self.secret is None else (self.secret, _credentials(self))

    def host(self, host: Host) -> str:
        """Return the base URL of one of the API's hosts, without a trailing slash."""
        return self.fraud_base_url if host is Host.FRAUD else self.base_url


def _headers(config: Config) -> Mapping[str, str]:
    basic = {} if config.secret is None else {"Authorization": f"Basic {_credentials(config)}"}
    return {**basic, "Accept": "application/json", "User-Agent": USER_AGENT}


def _credentials(config: Config) -> str:
    return base64.b64encode(f"{config.project_id}:{config.secret}".encode()).decode()


def _setting(name: str, value: object) -> str | None:
    if value is None:
        value = os.environ.get(f"STYTCH_{name.upper()}") or None
    elif not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    elif not value:
        raise ValueError(f"{name} must not be empty")
    if value is None:
        return None
    value = str.__str__(value)  # an enum's member stands for its value
    refuse_control_characters(name, value)
    return value


def _allow_http(value: object) -> bool:
    if value is None:
        setting = os.environ.get("STYTCH_ALLOW_HTTP", "")
        if setting not in {"", "0", "1"}:
            raise ValueError("STYTCH_ALLOW_HTTP must be 1 or 0")
        return setting == "1"
    check_flag("allow_http", value)
    return value is True


def _check_credentials(project_id: str | None, secret: str | None, *, optional: bool) -> None:
    if secret is None and optional and project_id is None:
        return
    if project_id is None:
        raise ValueError("project_id is missing: pass it, or set STYTCH_PROJECT_ID")
    if project_id.startswith("secret-"):
        raise ValueError("project_id looks like a secret: were project_id and secret swapped?")
    if secret is None:
        raise ValueError("secret is missing: pass it, or set STYTCH_SECRET")
    if secret.startswith("project-"):
        raise ValueError("secret looks like a project's id: were project_id and secret swapped?")
    if not re.fullmatch(_PROJECT_ID, project_id):
        raise ValueError("project_id is malformed: it looks like project-test-… or project-live-…")
    if not secret.isascii() or " " in secret:
        raise ValueError("secret is malformed: it looks like secret-test-… or secret-live-…")
    for ours, other in (("test", "live"), ("live", "test")):
        if project_id.startswith(f"project-{ours}-") and secret.startswith(f"secret-{other}-"):
            raise ValueError(f"secret is of the {other} environment, project_id of the {ours} environment: use both from one")


def _check_test_project(project_id: str | None) -> None:
    if not (project_id or "").startswith("project-test-"):
        raise ValueError("allow_http is for test projects only (project-test-…): http:// sends secrets and tokens unencrypted")


def _vendor_host(project_id: str | None) -> str:
    for prefix, host in API_HOSTS.items():
        if (project_id or "").startswith(prefix) and project_id != prefix:
            return host
    if re.fullmatch(_UUID, project_id or ""):
        raise ValueError("project_id lacks its prefix: copy all of project-test-… or project-live-…")
    raise ValueError("project_id has neither the prefix project-test- nor project-live-: pass base_url")


def checked_base_url(name: str, url: object, *, allow_http: bool) -> str:
    """Return a base URL without a trailing slash. Raises ValueError for one that is unsafe or no URL."""
    if not isinstance(url, str):
        raise TypeError(f"{name} must be a str, not {type(url).__name__}")
    refuse_control_characters(name, url)
    if "@" in url:
        raise ValueError(f"{name} must not contain credentials")
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{name} must be an https:// URL")
    if set(url) & set("?# \\") or not url.isascii():
        raise ValueError(f"{name} must be an ASCII URL without query, fragment or spaces")
    if parts.scheme == "http" and not allow_http and not is_loopback(url):
        raise ValueError(
            f"{name} must be https://, because the project's secret is sent to it; http:// is allowed for loopback addresses,"
            " and with allow_http=True (or STYTCH_ALLOW_HTTP=1) for an emulator on another machine"
        )
    return f"{parts.scheme}{url[len(parts.scheme) :].rstrip('/')}"  # in lower case: other code compares it with http://


def _split(url: str) -> SplitResult | None:
    """Parse a URL; None if it or its port is malformed."""
    try:
        parts = urlsplit(url)
        valid = parts.port != 0 and bool(re.fullmatch(NETLOC, parts.netloc))
    except ValueError:
        return None
    return parts if valid else None


def is_loopback(url: str) -> bool:
    """Return whether a URL's host is a loopback address or name, without resolving it."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_count(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an int, not {type(value).__name__}")
    if value < 1:
        raise ValueError(f"{name} must be at least 1")


def check_flag(name: str, value: object) -> None:
    """Raise TypeError unless a setting is True or False."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be a bool, not {type(value).__name__}")


_OPTIONS: dict[str, Callable[[str, object], None]] = {
    "timeout": check_seconds,
    "connect_timeout": check_seconds,
    "max_attempts": _check_count,
    "strict": check_flag,
}


def unknown_option(name: str, valid: Iterable[str]) -> TypeError:
    """Create the error for an unknown option, with a suggestion and the list of valid options."""
    from difflib import get_close_matches  # needed for errors only

    valid = [*valid]
    close = get_close_matches(name, valid, 1)
    meant = f"did you mean {close[0]!r}?" if close else _RENAMED.get(name)
    return TypeError(f"unknown option {name!r}; {f'{meant}; ' if meant else ''}valid options: {', '.join(valid)}")
