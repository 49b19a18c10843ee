"""Credentials: whether they are there, and where they come from."""

import os
from collections.abc import Iterator

import click

from stytch_b2b_async.cli.client import VARIABLES, config_of, profile_in_use
from stytch_b2b_async.cli.settings import Settings
from stytch_b2b_async.config import is_loopback

from .finding import Finding, failed, passed, warned


def settings_found(settings: Settings) -> Iterator[Finding]:
    """Report the project, the host, and proxies."""
    try:
        profile = profile_in_use(settings)
        config = config_of(settings)
    except click.UsageError as error:
        yield failed("credentials", error.message)
        return
    sources = [f"profile {profile.name}"] if profile else [name for name in VARIABLES if os.environ.get(name)]
    yield passed("credentials", f"{config.project_id or 'none (a gateway adds them)'}, from {', '.join(sources)}")
    is_live = (config.project_id or "").startswith("project-live-")
    yield (warned if is_live else passed)("environment", "live: commands change real data" if is_live else "test")
    if config.base_url.startswith("http:") and not is_loopback(config.base_url):
        yield warned("host", f"{config.base_url} (not encrypted)", "The secret can be read on the way.")
    else:
        yield passed("host", config.base_url)
    proxies = sorted(name for name in os.environ if name.lower() in {"http_proxy", "https_proxy", "all_proxy", "no_proxy"})
    if proxies:
        yield warned("proxies", f"{', '.join(proxies)} set", "They apply to clients that are told to trust the environment.")
