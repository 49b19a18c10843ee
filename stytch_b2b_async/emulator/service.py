"""The API as a function: HTTP request in, HTTP response out."""

import base64
import hmac
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final, TypeVar

from stytch_b2b_async.api.sessions import GetJWKS
from stytch_b2b_async.catalog import endpoints
from stytch_b2b_async.wire.incoming import HTTPRequest

from .browser_starts import BROWSER_STARTS
from .codec import HTTPResponse, decode, encode, json_response
from .computation import Work, WorkNeeded
from .control import CONTROL_PREFIX
from .control.routes import ControlRoutes
from .errors import EmulatedError, error_body, logger, overloaded, unauthorized
from .identifiers import environment_of
from .project import Project
from .router import Router, printable
from .routes import HTTPRoute, Route, http_routes

T = TypeVar("T")

_MAX_WORK: Final = 16  # computations of one call; more are needed only if its state keeps changing


class Service:
    """The emulated API. A call is one transaction, committed only if it succeeds; used by one thread at a time."""

    def __init__(self, project: Project, routes: Iterable[Route], *, allow_remote: bool = False) -> None:
        self._project = project
        self._router = Router([*routes, *http_routes()])
        self._operations = {(endpoint.method, endpoint.path): endpoint.operation for endpoint in endpoints().values()}
        self._control = ControlRoutes(project, allow_remote=allow_remote)

    def answer(self, request: HTTPRequest) -> HTTPResponse:
        """Handle a call, with its computations in place."""
        results: dict[Work[Any], Any] = {}
        while not isinstance(outcome := self.attempt(request, results), HTTPResponse):
            results[outcome] = outcome.run()
        return outcome

    def attempt(self, request: HTTPRequest, results: dict[Work[Any], Any]) -> HTTPResponse | Work[Any]:
        """Handle a call, or return the computation that it needs first. Any error becomes an error response."""
        self._project.computations.use(results)
        try:
            response = self._respond(request, is_first=not results)
        except WorkNeeded as needed:
            if len(results) < _MAX_WORK:
                return needed.work
            response = self.refuse(overloaded())
        except EmulatedError as error:
            response = self.refuse(error)
        except Exception:  # noqa: BLE001  # becomes a 500 response
            response = self.fail(request)
        logger.info("%s %s %d", request.method, printable(request.path), response.status)
        return response

    def operation_of(self, request: HTTPRequest) -> str | None:
        """Return the operation that a call is for; None for control routes and unknown ones."""
        if request.path.startswith(CONTROL_PREFIX):
            return None
        try:
            route, _ = self._router.find(request.method, request.path)
        except EmulatedError:
            return None
        return self._operation(route)

    def run(self, act: Callable[[Project], T]) -> T:
        """Run a function as a call is run: in a transaction, with its computations in place."""
        results: dict[Work[Any], Any] = {}
        while True:
            self._project.computations.use(results)
            try:
                with self._project.store.transaction():
                    return act(self._project)
            except WorkNeeded as needed:
                results[needed.work] = needed.work.run()

    @property
    def project(self) -> Project:
        """The emulated project."""
        return self._project

    def refuse(self, error: EmulatedError) -> HTTPResponse:
        """Encode an error as the API does."""
        return json_response(error_body(error, self._project.new_id("request-id")), error.status, error.headers)

    def fail(self, request: HTTPRequest) -> HTTPResponse:
        """Create the response of an unexpected exception, which is logged but not shown."""
        logger.exception("%s %s failed: this is a defect of the emulator", request.method, printable(request.path))
        return self.refuse(EmulatedError("internal_server_error", "Internal error.", HTTPStatus.INTERNAL_SERVER_ERROR))

    def _respond(self, request: HTTPRequest, *, is_first: bool) -> HTTPResponse:
        if request.path.startswith(CONTROL_PREFIX):
            with self._project.store.transaction():
                return self._control.answer(request)
        route, path = self._router.find(request.method, request.path)
        if isinstance(route, HTTPRoute):
            with self._project.store.transaction():
                self._project.rate_limiter.count(self._operation(route), None)
                return route.handler(self._project, request, path)
        authorization = request.headers.get("authorization")
        if authorization is not None or route.request is not GetJWKS:  # the keys are public
            self._check_credentials(authorization or "")
        with self._project.store.transaction():
            if route.handler is None:
                raise _not_emulated(route)
            decoded = decode(route.request, request, path, environment=self._project.environment)
            if is_first:  # not again after a computation
                self._project.rate_limiter.count(route.request.operation, decoded)
            response = route.handler(self._project, decoded)
            return HTTPResponse(HTTPStatus.OK, encode(response))

    def _operation(self, route: Route | HTTPRoute) -> str | None:
        return self._operations.get((route.method, route.path)) or BROWSER_STARTS.get(route.path)

    def _check_credentials(self, authorization: str) -> None:
        scheme, _, encoded = authorization.partition(" ")
        if not encoded or scheme.lower() != "basic":
            raise unauthorized()
        try:
            project_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            message = "The Authorization header is not valid Basic authentication."
            raise EmulatedError("invalid_authorization_header", message) from None
        if environment_of(project_id) is None:
            message = "The project_id in the Authorization header has the wrong format."
            raise EmulatedError("invalid_project_id_authentication", message)
        known = hmac.compare_digest(project_id.encode(), self._project.project_id.encode())
        if not hmac.compare_digest(secret.encode(), self._project.secret.encode()) or not known:
            raise unauthorized()


def _not_emulated(route: Route) -> EmulatedError:
    request = route.request
    message = f"{request.operation} ({request.method} {request.path}) is not emulated."
    return EmulatedError("not_emulated", message, HTTPStatus.NOT_IMPLEMENTED)
