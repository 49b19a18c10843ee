"""Who we are and where we call: from arguments first, then from the environment."""

import base64
import ipaddress
import math
import os
import platform
import re
from collections.abc import Mapping
from typing import Annotated, Self
from urllib.parse import SplitResult, urlsplit

import attrs

from ._version import __version__
from .checks import refuse_control_characters
from .endpoint import Host
from .schema import Hidden, Model, Secret, frozen

API_HOSTS = {"project-live-": "https://api.stytch.com", "project-test-": "https://test.stytch.com"}
FRAUD_HOST = "https://telemetry.stytch.com"
USER_AGENT = f"stytch-b2b-async/{__version__} Python/{platform.python_version()}"

_PROJECT_ID = r"[A-Za-z0-9][A-Za-z0-9._~-]*"


@frozen
class Config(Model):
    """Everything that a call takes from its client."""

    project_id: str | None
    base_url: str
    fraud_base_url: str
    secret: Secret | None
    """None for a gateway that adds the credentials."""
    timeout: float = 30.0
    connect_timeout: float = 5.0
    max_attempts: int = 3
    strict: bool = False
    headers: Annotated[Mapping[str, str], Hidden.SECRET] = attrs.field(init=False)
    """What every call sends."""

    def __attrs_post_init__(self) -> None:
        _check_seconds("timeout", self.timeout)
        _check_seconds("connect_timeout", self.connect_timeout)
        _check_count("max_attempts", self.max_attempts)
        _check_flag("strict", self.strict)
        object.__setattr__(self, "headers", _headers(self))

    @classmethod
    def resolve(cls, project_id: str | None, secret: str | None, base_url: str | None, fraud_base_url: str | None) -> Self:
        """Fill in what was not given from `STYTCH_PROJECT_ID`, `STYTCH_SECRET` and `STYTCH_BASE_URL`, and check it all."""
        project_id = _setting("project_id", project_id)
        secret = _setting("secret", secret)
        base_url = _setting("base_url", base_url)
        _check_credentials(project_id, secret, optional=base_url is not None)
        base_url = _base_url("base_url", base_url) if base_url else _vendor_host(project_id)
        if fraud_base_url is not None:
            fraud_base_url = _base_url("fraud_base_url", fraud_base_url)
        elif _is_loopback(base_url) or secret is None:
            fraud_base_url = base_url  # an emulator or a gateway: nothing leaves towards the vendor unasked
        else:
            fraud_base_url = FRAUD_HOST
        return cls(project_id=project_id, secret=secret, base_url=base_url, fraud_base_url=fraud_base_url)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no text may show."""
        return () if self.secret is None else (self.secret, _credentials(self))

    def host(self, host: Host) -> str:
        """Tell the address of one of the vendor's hosts, without a slash at the end."""
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
    if value is not None:
        refuse_control_characters(name, value)
    return value


def _check_credentials(project_id: str | None, secret: str | None, *, optional: bool) -> None:
    if secret is None and optional and project_id is None:
        return
    if project_id is None:
        raise ValueError("project_id is missing: pass it, or set STYTCH_PROJECT_ID")
    if secret is None:
        raise ValueError("secret is missing: pass it, or set STYTCH_SECRET")
    if not re.fullmatch(_PROJECT_ID, project_id):
        raise ValueError("project_id is malformed: it looks like project-test-… or project-live-…")
    if not secret.isascii() or " " in secret:
        raise ValueError("secret is malformed: it looks like secret-test-… or secret-live-…")


def _vendor_host(project_id: str | None) -> str:
    for prefix, host in API_HOSTS.items():
        if (project_id or "").startswith(prefix) and project_id != prefix:
            return host
    raise ValueError("project_id names neither the test nor the live environment (project-test-…, project-live-…): pass base_url")


def _base_url(name: str, url: object) -> str:
    if not isinstance(url, str):
        raise TypeError(f"{name} must be a str, not {type(url).__name__}")
    refuse_control_characters(name, url)
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{name} must be an https:// address")
    if "@" in url:
        raise ValueError(f"{name} must not hold credentials")
    if set(url) & set("?# \\") or not url.isascii():
        raise ValueError(f"{name} must be a plain address, without a query, a fragment or spaces")
    if parts.scheme == "http" and not _is_loopback(url):
        raise ValueError(f"{name} must be https:// (http:// only to this machine): it carries the project's secret")
    return url.rstrip("/")


def _split(url: str) -> SplitResult | None:
    """Take an address apart; None when it has no sense, or a port that is none."""
    try:
        parts = urlsplit(url)
        valid = parts.port != 0
    except ValueError:
        return None
    return parts if valid else None


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_seconds(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} must be a number of seconds, not {type(value).__name__}")
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a number of seconds above 0")


def _check_count(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an int, not {type(value).__name__}")
    if value < 1:
        raise ValueError(f"{name} must be at least 1")


def _check_flag(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be a bool, not {type(value).__name__}")
