"""The emulator as an aiohttp server."""

import asyncio
import base64
import binascii
import hmac
import ipaddress
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from http import HTTPStatus
from typing import Any, TypeAlias

import msgspec
from aiohttp import web

from stytch_b2b_async.api.sessions import GetJWKS
from stytch_b2b_async.endpoint import Request

from .codec import Incoming, decode, encode
from .faults import Fault, fault_body, logger, missing, unauthorized
from .identifiers import environment_of
from .project import Project
from .routes import Handler, Route

Answer: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

OWN_PAGES = "/_emulator/"
"""What the emulator adds to the API; needs no credentials."""

_LARGEST_BODY = 16 * 2**20
_STOP_WITHIN = 2.0  # seconds that open calls have to end


class Listener:
    """The emulator on a port; every call works on the project in its own thread, one at a time."""

    def __init__(self, project: Project, routes: list[Route], thread: Executor) -> None:
        self.project = project
        self._runner = web.AppRunner(_application(project, routes, thread), access_log=None, shutdown_timeout=_STOP_WITHIN)

    async def start(self, host: str, port: int) -> str:
        """Listen; answer with the address."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except BaseException:
            await self._runner.cleanup()
            raise
        return _url(*self._runner.addresses[0][:2])

    async def stop(self) -> None:
        """Close the port."""
        await self._runner.cleanup()


def _url(host: str, port: int) -> str:
    if ipaddress.ip_address(host).is_unspecified:
        host = "::1" if ":" in host else "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _application(project: Project, routes: list[Route], thread: Executor) -> web.Application:
    async def answer(request: web.Request, handler: Answer) -> web.StreamResponse:
        response = await _answer(project, request, handler)
        logger.info("%s %s %d", request.method, request.path, response.status)
        return response

    app = web.Application(middlewares=[web.middleware(answer)], client_max_size=_LARGEST_BODY)
    for route in routes:
        app.router.add_route(route.request.method, route.request.path, _endpoint(project, thread, route))
    app.router.add_route("GET", f"{OWN_PAGES}outbox", _outbox_page(project))
    return app


async def _answer(project: Project, request: web.Request, handler: Answer) -> web.StreamResponse:
    """Answer a call, and turn whatever goes wrong into the API's words for it."""
    try:
        if request.match_info.http_exception is None and not _is_public(request):
            _check_credentials(project, request)
        return await handler(request)
    except Fault as fault:
        return _fault_response(project, fault)
    except web.HTTPNotFound:
        return _fault_response(project, missing("route", f"route: {request.method} {request.path}"))
    except web.HTTPMethodNotAllowed as refusal:
        allowed = ", ".join(sorted(refusal.allowed_methods))
        return _fault_response(project, Fault("method_not_allowed", f"This route takes {allowed}.", refusal.status))
    except web.HTTPException as refusal:
        return _fault_response(project, Fault("bad_request", refusal.reason, refusal.status))
    except Exception:  # noqa: BLE001  # the API answers even then
        logger.exception("%s %s failed: this is a defect of the emulator", request.method, request.path)
        return _fault_response(project, Fault("internal_server_error", "Internal error.", HTTPStatus.INTERNAL_SERVER_ERROR))


def _is_public(request: web.Request) -> bool:
    """Tell what needs no credentials: the emulator's own pages, and the keys, which the vendor's SDK fetches without."""
    if request.path.startswith(OWN_PAGES):
        return True
    resource = request.match_info.route.resource
    return resource is not None and resource.canonical == GetJWKS.path and "Authorization" not in request.headers


def _check_credentials(project: Project, request: web.Request) -> None:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if not encoded or scheme.lower() != "basic":
        raise unauthorized()
    try:
        project_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Fault("invalid_authorization_header", "The Authorization header is no Basic authentication.") from None
    if environment_of(project_id) is None:
        raise Fault("invalid_project_id_authentication", "The project_id in the Authorization header has the wrong format.")
    known = hmac.compare_digest(project_id.encode(), project.project_id.encode())
    if not hmac.compare_digest(secret.encode(), project.secret.encode()) or not known:
        raise unauthorized()


def _endpoint(project: Project, thread: Executor, route: Route) -> Answer:
    declared, handler = route.request, route.handler or _refuse(route.request)

    async def respond(request: web.Request) -> web.StreamResponse:
        incoming = Incoming(request.match_info, request.query, request.headers, await request.read())

        def work() -> bytes:
            with project.store.transaction(keep_after=Fault):
                return encode(handler(project, decode(declared, incoming)))

        body = await asyncio.get_running_loop().run_in_executor(thread, work)
        return web.Response(body=body, content_type="application/json")

    return respond


def _refuse(declared: type[Request[Any]]) -> Handler[Any, Any]:
    def refuse(_: Project, __: Request[Any]) -> Any:
        message = f"{declared.operation} ({declared.method} {declared.path}) is not emulated."
        raise Fault("not_emulated", message, HTTPStatus.NOT_IMPLEMENTED)

    return refuse


def _outbox_page(project: Project) -> Answer:
    async def show(request: web.Request) -> web.StreamResponse:
        address = request.query.get("to")
        messages = list(project.outbox) if address is None else project.outbox.to(address)
        return _json({"messages": messages})

    return show


def _fault_response(project: Project, fault: Fault) -> web.Response:
    return _json(fault_body(fault, project.new_id("request-id")), fault.status)


def _json(value: Any, status: int = HTTPStatus.OK) -> web.Response:
    return web.Response(body=msgspec.json.encode(value) + b"\n", status=status, content_type="application/json")
