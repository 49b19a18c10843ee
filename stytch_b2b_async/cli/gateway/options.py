"""The options of `stytch-b2b gateway`, and the gateway that they describe."""

import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs
import click

from .tokens import default_path, file_option

if TYPE_CHECKING:
    from stytch_b2b_async.client import Client
    from stytch_b2b_async.gateway import Gateway, GatewayToken, TokenFile

F = TypeVar("F", bound=Callable[..., Any])

_FILE: Final = click.Path(path_type=Path, dir_okay=False)
_RULES: Final = "Which endpoints pass: 'passwords.*, effect:reads, !passwords.migrate'."


def with_options(command: F) -> F:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS: Final = (
    click.option("--allow", metavar="RULES", default="effect:reads", show_default=True, help=_RULES),
    click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
    click.option("--port", type=click.IntRange(0, 65_535), default=8788, show_default=True, help="Port; 0 is any free one."),
    click.option("--allow-remote", is_flag=True, help="Let --host be an address that other machines can reach."),
    click.option("--name", "hosts", metavar="HOST", multiple=True, help="What clients call it, besides localhost; repeatable."),
    click.option("--origin", "origins", metavar="URL", multiple=True, help="An origin whose pages may use it; repeatable."),
    click.option("--tls-cert", metavar="FILE", type=_FILE, help="The certificate chain, as PEM."),
    click.option("--tls-key", metavar="FILE", type=_FILE, help="Its private key, if it is not in the same file."),
    click.option("--secret-file", metavar="FILE", type=_FILE, help="Read the project's secret here, instead of STYTCH_SECRET."),
    file_option,
    click.option("--audit", metavar="FILE", type=_FILE, help="The audit log. Default: in the platform's state folder."),
    click.option("--rate", metavar="RATE", default="6000/minute", show_default=True, help="Calls of each caller."),
    click.option("--acts-once-rate", metavar="RATE", default="120/minute", show_default=True, help="Of these, what acts once."),
)


@attrs.frozen
class Tokens:
    """Who may call."""

    file: "TokenFile | None"
    given: "list[GatewayToken]"
    generated: str | None = attrs.field(default=None, repr=False)
    """The text of the token that was made for this run."""

    def known(self) -> "list[GatewayToken]":
        """Return all tokens. Raises ValueError for a file that cannot be read."""
        return [*self.given, *(self.file.read() if self.file is not None else [])]


@attrs.frozen(kw_only=True)
class Options:
    """What was given."""

    allow: str
    host: str
    port: int
    allow_remote: bool
    hosts: tuple[str, ...]
    origins: tuple[str, ...]
    tls_cert: Path | None
    tls_key: Path | None
    secret_file: Path | None
    token_file: Path | None
    audit: Path | None
    rate: str
    acts_once_rate: str

    @property
    def audit_path(self) -> Path:
        """The audit log."""
        if self.audit is not None:
            return self.audit
        from platformdirs import user_state_path

        return user_state_path("stytch-b2b") / "gateway.jsonl"

    def take_secret(self) -> None:
        """Read the project's secret from its file, if there is one. Raises UsageError."""
        if self.secret_file is None:
            return
        if os.environ.get("STYTCH_SECRET"):
            raise click.UsageError("Both --secret-file and STYTCH_SECRET are given.")
        try:
            os.environ["STYTCH_SECRET"] = self.secret_file.read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise click.UsageError(
                f"Cannot read {self.secret_file}: {getattr(error, 'strerror', None) or 'it is not text'}."
            ) from None

    def tokens(self) -> Tokens:
        """Collect the tokens; make one if there are none. Raises ValueError, or UsageError beyond this machine."""
        from stytch_b2b_async.gateway import GatewayToken, TokenFile

        path = self.token_file or default_path()
        file = TokenFile(path) if self.token_file or path.exists() else None
        chosen = os.environ.get("STYTCH_GATEWAY_TOKEN")
        if chosen is not None:
            return Tokens(file, [GatewayToken.of(chosen, "environment")])
        if file is not None:
            return Tokens(file, [])
        if self.allow_remote:
            raise click.UsageError("Beyond this machine, a gateway needs its own tokens: stytch-b2b gateway token create NAME")
        made, text = GatewayToken.generate("this-run")
        return Tokens(None, [made], text)

    def gateway(self, client: "Client", tokens: Tokens) -> "Gateway":
        """Create the gateway. Raises ValueError, or UsageError for a certificate that cannot be used."""
        from stytch_b2b_async.gateway import Gateway, Limits, Rate

        self.audit_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Gateway(
            client=client,
            tokens=tokens.given,
            token_file=tokens.file,
            allow=self.allow,
            host=self.host,
            port=self.port,
            allow_remote=self.allow_remote,
            hosts=self.hosts,
            origins=self.origins,
            tls=self._tls(),
            limits=Limits(calls=Rate.parse(self.rate), acts_once=Rate.parse(self.acts_once_rate)),
            audit=self.audit_path,
        )

    def _tls(self) -> ssl.SSLContext | None:
        if self.tls_cert is None:
            if self.tls_key is not None:
                raise click.UsageError("--tls-key needs --tls-cert.")
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self.tls_cert, self.tls_key, password=_refuse_password)
        except OSError as error:  # an SSLError is one
            raise click.UsageError(f"Cannot use {self.tls_cert}: {error.strerror or error}.") from None
        return context


def _refuse_password() -> str:
    raise click.UsageError("The private key is encrypted: give one that is not, readable by its owner only.")
