"""The steps of a request through the gateway; each may refuse it."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

import attrs
from aiohttp import web
from aiohttp.streams import EMPTY_PAYLOAD

from stytch_b2b_async.endpoint import Request

from .allow_list import AllowList
from .answer import Answer
from .audit import AuditLog, IdHashes, Record, peer_name
from .caller import Authenticate, Caller
from .gate import Gate, Target, preflight, read_target
from .limits import Buckets, Limits
from .reading import check_headers, read_content, take_content, to_request
from .refusal import RefusalError, too_many
from .routes import Route, Routes
from .upstream import Upstream

_MAX_METHOD: Final = 200
logger: Final = logging.getLogger("stytch_b2b_async.gateway")


@attrs.frozen(eq=False)
class Rates:
    """Counts of recent calls."""

    calls: Buckets
    acts_once: Buckets
    failed_tokens: Buckets

    @classmethod
    def of(cls, limits: Limits) -> "Rates":
        """Create the counters."""
        return cls(Buckets(limits.calls), Buckets(limits.acts_once), Buckets(limits.failed_tokens))


@attrs.frozen(eq=False, kw_only=True)
class Handler:
    """Answers requests."""

    gate: Gate
    authenticate: Authenticate
    routes: Routes
    allow: AllowList
    limits: Limits
    rates: Rates
    upstream: Upstream
    id_hashes: IdHashes
    audit: Callable[[], AuditLog | None]

    async def handle(self, request: web.BaseRequest, prefix: str = "", peer: str | None = None) -> Answer:
        """Answer a request below a prefix, and record it, whatever happens."""
        record = Record(peer=_peer(request) if peer is None else peer, method=request.method[:_MAX_METHOD])
        origin: str | None = None
        try:
            target = read_target(request.raw_path, prefix)
            origin = self.gate.check(request)
            answer = await self._answer(request, target, origin, record)
        except RefusalError as refusal:
            answer = note_refusal(refusal, record)
        except Exception as error:  # noqa: BLE001  # becomes a 500 response
            _log_defect(error)
            message = "The gateway failed: this is a defect of the gateway."
            details = {"maybe_applied": record.sent}
            answer = note_refusal(
                RefusalError(HTTPStatus.INTERNAL_SERVER_ERROR, "gateway_failed", message, details=details, closes=True), record
            )
        finally:  # also of cancelled ones
            self.record(record)
        return answer if origin is None else answer.open_to(origin)

    def record(self, record: Record) -> None:
        """Write a request to the audit log."""
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s %s %d", record.token, record.operation, record.status)
        audit = self.audit()
        if audit is not None:
            audit.write(record.line())

    def refuse_unparsed(self, peer: str, status: int = HTTPStatus.BAD_REQUEST) -> Answer:
        """Refuse, and record, what is not an HTTP request."""
        record = Record(peer=peer, method="")
        if status == HTTPStatus.BAD_REQUEST:
            refusal = RefusalError.bad_request("The request is not well-formed HTTP.", closes=True)
        else:
            refusal = RefusalError(HTTPStatus.INTERNAL_SERVER_ERROR, "gateway_failed", "The gateway failed.", closes=True)
        answer = note_refusal(refusal, record)
        self.record(record)
        return answer

    def note_slow(self, peer: str) -> None:
        """Record a connection that took too long to ask."""
        self.record(Record(peer=peer, method="", status=HTTPStatus.REQUEST_TIMEOUT.value, error="request_timeout"))

    async def _answer(self, request: web.BaseRequest, target: Target, origin: str | None, record: Record) -> Answer:
        if origin is not None:
            asked = preflight(request)
            if asked is not None:
                record.status = asked.status
                return asked
        caller = self._caller(request, record)
        route, values = self.routes.find(request.method, target.path)
        self._admit(route, caller, record)
        record.as_member = check_headers(request, route)
        content = request.content
        if content is EMPTY_PAYLOAD:
            body = b""
        elif content.is_eof():  # it came with the head
            body = take_content(content, most=self.limits.body)
        else:
            body = await read_content(request, most=self.limits.body, seconds=self.limits.body_seconds)
        if values:
            self._check_project(values)
        return await self._send(to_request(request, target, route, values, body), route, record)

    def _caller(self, request: web.BaseRequest, record: Record) -> Caller:
        caller = self.authenticate(request)
        if caller is None:
            wait = self.rates.failed_tokens.take(record.peer)
            if wait:
                raise too_many("Too many requests without a valid gateway token.", wait)
            raise RefusalError(
                HTTPStatus.UNAUTHORIZED,
                "gateway_token_invalid",
                "A valid gateway token is missing: send it as Bearer, or as the password of Basic.",
                headers={"WWW-Authenticate": 'Bearer realm="stytch-b2b gateway"'},
            )
        record.token = caller.name
        return caller

    def _admit(self, route: Route, caller: Caller, record: Record) -> None:
        record.operation, record.effect = route.operation, route.effect_name
        if not self.allow.allows(route.operation, route.effect) or (
            caller.allow is not None and not caller.allow.allows(route.operation, route.effect)
        ):
            message = f"This gateway token does not allow {route.operation}."
            raise RefusalError(HTTPStatus.FORBIDDEN, "gateway_operation_not_allowed", message)
        wait = self.rates.calls.take(caller.name)
        if not wait and route.acts_once:
            wait = self.rates.acts_once.take(caller.name)
        if wait:
            raise too_many("Too many requests with this gateway token.", wait)

    def _check_project(self, values: Mapping[str, str]) -> None:
        given = values.get("project_id")
        if given is not None and given != self.upstream.project_id:
            raise RefusalError(HTTPStatus.FORBIDDEN, "gateway_wrong_project", "This gateway is for another project.")

    async def _send(self, request: Request[Any], route: Route, record: Record) -> Answer:
        if route.id_names:
            record.ids = self.id_hashes.of({name: getattr(request, name) for name in route.id_names})
        audit = self.audit()
        if audit is not None and not audit.is_available:
            message = "The gateway cannot write its audit log; the request was not applied."
            raise RefusalError(HTTPStatus.SERVICE_UNAVAILABLE, "gateway_audit_unavailable", message)
        record.sent = True
        try:
            answer, record.request_id = await self.upstream.send(request)
        except RefusalError as refusal:
            record.sent = refusal.maybe_applied
            raise
        record.status = answer.status
        return answer


def note_refusal(refusal: RefusalError, record: Record) -> Answer:
    """Record a refusal, and create its response."""
    record.status, record.error, record.request_id = refusal.status, refusal.error_type, refusal.request_id
    return refusal.answer()


def _peer(request: web.BaseRequest) -> str:
    return peer_name(None if request.transport is None else request.transport.get_extra_info("peername"))


def _log_defect(error: Exception) -> None:
    """Log where something unexpected happened, without its text, which may hold a secret."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    where = "" if traceback is None else f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}"
    logger.error("%s at %s: this is a defect of the gateway", type(error).__name__, where)
