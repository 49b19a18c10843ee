"""The gateway: start and stop it, or mount its application."""

import asyncio
import contextlib
import ipaddress
import logging
import ssl
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from aiohttp import web

from stytch_b2b_async.client import Client
from stytch_b2b_async.config import DEFAULT_TIMEOUT, is_loopback
from stytch_b2b_async.transport import SessionPool

from .allow_list import READS, AllowList
from .audit import AuditLog, IdHashes
from .caller import Authenticate
from .gate import Gate
from .handler import Handler, Rates
from .limits import Limits
from .routes import Routes
from .server import Listener, Server
from .token_file import TokenFile
from .tokens import GatewayToken, TokenCheck
from .upstream import Upstream

logger: Final = logging.getLogger("stytch_b2b_async.gateway")

_MAX_PORT: Final = 65_535
_REREAD_SECONDS: Final = 1.0  # between looks at the file of tokens


class Gateway:
    """A server that takes the API's requests, with a gateway token instead of the project's secret, and sends them on.

    ```python
    token, text = GatewayToken.generate("notebooks")
    async with Gateway(tokens=[token]) as gateway:
        client = Client(project_id, text, base_url=gateway.url)
    ```

    - `project_id`, `secret`, `base_url`, `fraud_base_url`, `allow_http`: as of a `Client`; or `client`, which stays open.
    - `tokens`, `token_file`: who may call. `authenticate` replaces both, to recognize callers by a cookie for instance.
    - `allow`: which endpoints pass, at most: `"passwords.*, effect:reads, !passwords.migrate"`. Default: those that only read.
    - `host`, `port`: where to listen; port 0 is any free one. A `host` that other machines can reach needs `allow_remote=True`.
    - `hosts`: names that clients call the gateway by, besides this machine's loopback names.
    - `origins`: origins whose web pages may use it, such as `https://tools.example.com`. Default: none but its own.
    - `tls`: the certificate. Without it, only this machine should be able to reach the gateway.
    - `limits`: sizes, times and rates.
    - `audit`: the file of the audit log.
    - `timeout`: seconds for a call to the API.

    `app` is the same as an aiohttp application, to mount in a server of your own. Raises ValueError for invalid settings.
    """

    def __init__(
        self,
        project_id: str | None = None,
        secret: str | None = None,
        *,
        base_url: str | None = None,
        fraud_base_url: str | None = None,
        allow_http: bool | None = None,
        client: Client | None = None,
        tokens: Iterable[GatewayToken] = (),
        token_file: TokenFile | Path | str | None = None,
        authenticate: Authenticate | None = None,
        allow: AllowList | str = READS,
        host: str = "127.0.0.1",
        port: int = 0,
        allow_remote: bool = False,
        hosts: Iterable[str] = (),
        origins: Iterable[str] = (),
        tls: ssl.SSLContext | None = None,
        limits: Limits | None = None,
        audit: Path | str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> None:
        self._tokens = tuple(tokens)
        self._token_file = TokenFile(Path(token_file)) if isinstance(token_file, Path | str) else token_file
        self._tokens_of_file: tuple[GatewayToken, ...] = ()
        self._all_tokens = self._tokens
        _check_names(self._tokens)
        if authenticate is None and not self._tokens and self._token_file is None:
            raise ValueError("a gateway needs tokens, a token_file or authenticate: without them, anybody could use the secret")
        _check_address(host, port, allow_remote=allow_remote)
        self._host, self._port, self._tls = host, port, tls
        self._limits = limits or Limits()
        self._audit_path = None if audit is None else Path(audit)
        self._audit: AuditLog | None = None
        self._listener: Listener | None = None
        self._url: str | None = None
        self._users = 0
        self._rereading: asyncio.Task[None] | None = None
        self._own_client: Client | None = None
        gate = Gate([*hosts, *_own_name(host)], origins)
        if client is None:
            client = self._own_client = Client(
                project_id, secret, base_url=base_url, fraud_base_url=fraud_base_url, allow_http=allow_http, transport=SessionPool()
            )
        sender = client.with_options(timeout=timeout, max_attempts=1)._sender  # noqa: SLF001  # for the reply as it came
        self._handler = Handler(
            gate=gate,
            authenticate=authenticate or TokenCheck(self._current_tokens),
            routes=Routes(),
            allow=AllowList.parse(allow) if isinstance(allow, str) else allow,
            limits=self._limits,
            rates=Rates.of(self._limits),
            upstream=Upstream(sender, most=self._limits.reply),
            id_hashes=IdHashes(sender.config.secret),
            audit=lambda: self._audit,
        )
        self._app: web.Application | None = None

    @property
    def url(self) -> str:
        """The base URL for clients."""
        if self._url is None:
            raise RuntimeError("the gateway is not running: enter it with `async with`")
        return self._url

    @property
    def app(self) -> web.Application:
        """The gateway as an application to mount: `server.add_subapp("/stytch", gateway.app)`. It starts and stops with yours."""
        if self._app is None:
            self._app = web.Application()
            everything = r"/{path:[\s\S]*}"  # line breaks, too, are refused here
            self._app.router.add_route("*", everything, self._handle_mounted, expect_handler=_ignore_expectation)
            self._app.cleanup_ctx.append(self._while_mounted)
        return self._app

    async def start(self) -> None:
        """Open the audit log, read the tokens, and listen."""
        if self._listener is not None:
            raise RuntimeError("the gateway is running")
        await self._open()
        try:
            listener = Listener(Server(self._handler))
            host, port = await listener.start(self._host, self._port, self._tls)
        except BaseException:
            await self._close()
            raise
        self._listener = listener
        self._url = _url(host, port, secure=self._tls is not None)
        if self._tls is None and not is_loopback(_url(self._host, port, secure=False, shown=False)):
            logger.warning("the gateway is reachable from other machines without TLS: tokens and sessions travel unencrypted")

    async def stop(self) -> None:
        """Stop listening, and write the rest of the audit log. Stopping twice is harmless."""
        listener, self._listener, self._url = self._listener, None, None
        if listener is not None:
            await listener.stop()
            await self._close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    def __repr__(self) -> str:
        return f"Gateway({self._url!r})" if self._url else "Gateway(not running)"

    async def _open(self) -> None:
        """Take what a server needs, once for all that use this gateway."""
        self._users += 1
        if self._users > 1:
            return
        try:
            if self._token_file is not None:
                await asyncio.to_thread(self._token_file.refresh)
            if self._audit_path is not None:
                self._audit = await asyncio.to_thread(AuditLog, self._audit_path)
        except BaseException:
            self._users -= 1
            raise
        if self._token_file is not None:
            self._rereading = asyncio.create_task(self._reread(self._token_file))

    async def _close(self) -> None:
        self._users -= 1
        if self._users:
            return
        if self._rereading is not None:
            self._rereading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._rereading
            self._rereading = None
        audit, self._audit = self._audit, None
        if audit is not None:
            await asyncio.to_thread(audit.close)
        if self._own_client is not None:
            await self._own_client.close()

    async def _reread(self, file: TokenFile) -> None:
        """Follow the file of tokens, so that what is revoked there is refused here."""
        failed = False
        while True:
            await asyncio.sleep(_REREAD_SECONDS)
            try:
                await asyncio.to_thread(file.refresh)
                failed = False
            except ValueError as error:
                if not failed:
                    logger.error("%s: its tokens are refused", error)  # noqa: TRY400  # the sentence says all
                failed = True

    async def _while_mounted(self, _: web.Application) -> AsyncGenerator[None]:
        await self._open()
        yield
        await self._close()

    async def _handle_mounted(self, request: web.Request) -> web.StreamResponse:
        resource = request.match_info.route.resource
        prefix = "" if resource is None else resource.canonical.removesuffix("/{path}")
        answer = await self._handler.handle(request, prefix)
        return answer.to_web()

    def _current_tokens(self) -> tuple[GatewayToken, ...]:
        """Return all tokens: the same tuple for as long as they stay the same."""
        if self._token_file is not None and self._token_file.tokens is not self._tokens_of_file:
            self._tokens_of_file = self._token_file.tokens
            self._all_tokens = (*self._tokens, *self._tokens_of_file)
        return self._all_tokens


async def _ignore_expectation(_: web.Request) -> None:
    """Let the gateway itself answer: aiohttp would refuse what it does not know without a record."""


def _check_names(tokens: tuple[GatewayToken, ...]) -> None:
    names = [token.name for token in tokens]
    if len(names) != len(set(names)):
        raise ValueError("two tokens have the same name")


def _check_address(host: str, port: int, *, allow_remote: bool) -> None:
    if not 0 <= port <= _MAX_PORT:
        raise ValueError(f"port {port} is out of range: it lies between 0 and {_MAX_PORT}")
    if not allow_remote and not is_loopback(_url(host, port, secure=False, shown=False)):
        raise ValueError(f"host {host} is reachable from other machines; pass allow_remote=True to permit it")


def _own_name(host: str) -> list[str]:
    """Return the host that it listens on, unless it stands for all addresses."""
    try:
        return [] if ipaddress.ip_address(host).is_unspecified else [host]
    except ValueError:
        return [host]


def _url(host: str, port: int, *, secure: bool, shown: bool = True) -> str:
    """Write a URL; if it is for clients, with this machine's own address instead of one that stands for all."""
    with contextlib.suppress(ValueError):
        if shown and ipaddress.ip_address(host).is_unspecified:
            host = "::1" if ":" in host else "127.0.0.1"
    scheme = "https" if secure else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
