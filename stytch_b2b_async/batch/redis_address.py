"""Where a Redis is, without its password wherever the address is shown."""

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Self, cast
from urllib.parse import urlsplit

from stytch_b2b_async._tracebacks import clean_traceback

from .errors import RateStoreError

if TYPE_CHECKING:
    from redis.asyncio import Redis

_SCHEMES: Final = {"redis": "redis", "rediss": "rediss", "unix": "unix", "redis+unix": "unix"}
_CONNECT_TIMEOUT, _TIMEOUT = 3.0, 5.0
_RETRIES, _MAX_WAIT = 5, 1.0


class RedisAddress:
    """The URL of a Redis: `redis://`, `rediss://` with TLS, or `unix://` and the path of a socket."""

    def __init__(self, url: str, shown: str, *, has_password: bool) -> None:
        self._url = url
        self._shown = shown
        self.has_password: bool = has_password

    @classmethod
    @clean_traceback
    def parse(cls, url: str) -> Self:
        """Read a URL. Raises TypeError, or ValueError that does not quote it."""
        if not isinstance(cast("object", url), str):
            raise TypeError(f"the URL of a Redis must be a str, not {type(url).__name__}")
        refused = ValueError("a Redis is given as redis://host:port/database, rediss://… with TLS, or unix:///path/of/a/socket")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise refused from None
        if parts.scheme not in _SCHEMES or not (parts.path if _SCHEMES[parts.scheme] == "unix" else parts.hostname):
            raise refused
        _, colon, rest = url.partition(":")
        name = parts.hostname or ""
        host = f"{f'[{name}]' if ':' in name else name}{f':{port}' if port else ''}"
        has_password = bool(parts.password) or "password=" in parts.query
        return cls(f"{_SCHEMES[parts.scheme]}{colon}{rest}", f"{parts.scheme}://{host}{parts.path}", has_password=has_password)

    async def connect(self) -> "Redis":
        """Connect, and see whether it answers. Raises RateStoreError."""
        try:
            client = await asyncio.to_thread(self._client)  # the import takes long
        except ImportError:
            raise RateStoreError("a Redis needs the extra: pip install 'stytch-b2b-async[redis]'") from None
        except ValueError:
            raise self._refused_options() from None
        failure = None
        try:
            await call(client.ping())
        except TypeError:  # it creates the connection only now
            raise self._refused_options() from None
        except RateStoreError as error:
            failure = f"{self} cannot be used: {error}"
        if failure is not None:
            await client.aclose()
            raise RateStoreError(failure)
        return cast("Redis", client)

    def _refused_options(self) -> RateStoreError:
        return RateStoreError(f"{self} cannot be used: redis-py does not accept what follows the ? in its URL")

    def _client(self) -> Any:
        redis: Any = import_module("redis")  # which types some of its functions in part
        asynchronous: Any = import_module("redis.asyncio")
        quick = {"driver_info": None} if hasattr(redis, "DriverInfo") else {}  # or each connection looks for redis-py's version
        return asynchronous.Redis.from_url(
            self._url,
            **quick,
            decode_responses=True,
            socket_connect_timeout=_CONNECT_TIMEOUT,
            socket_timeout=_TIMEOUT,
            retry=asynchronous.retry.Retry(redis.backoff.FullJitterBackoff(cap=_MAX_WAIT, base=0.05), _RETRIES),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RedisAddress) and other._url == self._url

    def __hash__(self) -> int:
        return hash(self._url)

    def __repr__(self) -> str:
        return self._shown


async def call(command: Any) -> Any:
    """Await a command of a Redis. Raises RateStoreError, whose frames do not hold what the command was sent with."""
    from redis.exceptions import RedisError

    try:
        return await command
    except (RedisError, OSError) as error:
        reason = f"{type(error).__name__}: {error}".rstrip(".")
    raise RateStoreError(reason)
