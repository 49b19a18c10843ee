"""The explorer as an application of aiohttp."""

from typing import Final
from urllib.parse import parse_qsl

import attrs
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from stytch_b2b_async._html import Html
from stytch_b2b_async.catalog import EndpointInfo, operations
from stytch_b2b_async.catalog import endpoint as endpoint_of

from . import assets
from .access import Access
from .form import Entries, deep_link, fill, without_secrets
from .layout import HEADERS
from .mailbox import filling
from .pages import View, errors_of, note_of
from .sending import Sender
from .snippet import snippets_of

_MAX_BODY: Final = 4 * 2**20
_MAX_FIELDS: Final = 5_000
_NO_SECRETS_IN_LINKS: Final = "Secrets in the address were not filled in: addresses are kept in the browser's history."


@attrs.frozen
class Handlers:
    """Handles the requests of the pages."""

    view: View
    sender: Sender
    access: Access

    def application(self) -> web.Application:
        """Create the application."""
        app = web.Application(middlewares=[self._guarded, self.access.middleware], client_max_size=_MAX_BODY)
        app.add_routes(
            [
                web.get("/", self._first),
                web.get("/assets/{name}", _asset),
                web.get("/parts/mail", self._mail),
                web.post("/preview/{operation}", self._preview),
                web.get("/{operation}", self._form),
                web.post("/{operation}", self._send),
            ]
        )
        return app

    @property
    def _guarded(self) -> Middleware:
        """Add the headers that forbid everything else to every response, and say of errors only what they are."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                response = await handler(request)
            except web.HTTPException as error:
                response = web.Response(status=error.status, text=f"{error.reason}\n")
            except ValueError:  # names or values that cannot be read
                response = web.Response(status=400, text="Bad Request\n")
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return guard

    async def _first(self, request: web.Request) -> web.Response:
        await self.view.target.refresh_mail()
        return _html(self.view.first(request.query.get("q", "")))

    async def _mail(self, _: web.Request) -> web.Response:
        await self.view.target.refresh_mail()
        return _html(self.view.mail())

    async def _form(self, request: web.Request) -> web.Response:
        """Show a form: empty, or filled by the address, a message or a past call. It never sends."""
        endpoint = _endpoint(request)
        await self.view.target.refresh_mail()
        given = Entries.of(request.query.items())
        safe = without_secrets(endpoint, given)
        notices = () if len(safe.pairs) == len(given.pairs) else (_NO_SECRETS_IN_LINKS,)
        past = self.view.history.find(request.query.get("_call"))
        if past is not None and past.operation == endpoint.operation:
            return self._page(endpoint, past.entries, reply=self.view.reply(past, endpoint))
        mailbox = self.view.target.mailbox
        mailed = filling(mailbox.outbox, request.query.get("_mail"), endpoint.operation) if mailbox else []
        return self._page(endpoint, Entries((*safe.pairs, *mailed)), notices=notices)

    async def _preview(self, request: web.Request) -> web.Response:
        """Return the code of a form, and what is wrong with it."""
        endpoint, pairs = _endpoint(request), await _pairs(request)
        entries = Entries.of(pairs)
        filled = fill(endpoint, entries, self.view.target.config)
        show_secrets = ("_secrets", "yes") in pairs
        return web.json_response(
            {
                "snippets": snippets_of(filled.draft, self.view.target.config, show_secrets=show_secrets),
                "errors": filled.errors,
                "missing": filled.missing,
                "note": note_of(filled, self.view.target),
                "link": deep_link(endpoint, entries),
            }
        )

    async def _send(self, request: web.Request) -> web.Response:
        """Send what the form holds; the answer is parts of a page for the script, and a whole page without it."""
        endpoint, pairs = _endpoint(request), await _pairs(request)
        entries, own = Entries.of(pairs), {name: text for name, text in pairs if name.startswith("_")}
        by_script = request.headers.get("Accept") == "application/json"
        if entries.added is not None:
            return self._page(endpoint, entries)
        filled = fill(endpoint, entries, self.view.target.config)
        if filled.request is None:
            errors = errors_of(filled)
            refused = self.view.refusal(filled)
            if by_script:
                return web.json_response({"errors": errors, "reply": refused})
            return self._page(endpoint, entries, show_errors=True, reply=refused)
        if self.view.target.asks_before(endpoint.effect) and own.get("_confirmed") != "yes":
            question = self.view.question(endpoint)
            return (
                web.json_response({"errors": {}, "reply": question}) if by_script else self._page(endpoint, entries, reply=question)
            )
        exchange = await self.sender.send(filled.request, entries, own.get("_submission", ""))
        reply = self.view.reply(exchange, endpoint)
        if not by_script:
            return self._page(endpoint, entries, reply=reply)
        parts = {"reply": reply, "history": self.view.past(), "mail": self.view.mail()}
        return web.json_response({"errors": {}, "sent": True, **parts})

    def _page(
        self,
        endpoint: EndpointInfo,
        entries: Entries,
        *,
        show_errors: bool = False,
        reply: Html | None = None,
        notices: tuple[str, ...] = (),
    ) -> web.Response:
        filled = fill(endpoint, entries, self.view.target.config)
        return _html(self.view.endpoint(endpoint, entries, filled, show_errors=show_errors, reply=reply, notices=notices))


async def _asset(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in assets.TYPES:
        raise web.HTTPNotFound
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return web.Response(body=assets.content(name), content_type=assets.TYPES[name], charset="utf-8", headers=headers)


def _endpoint(request: web.Request) -> EndpointInfo:
    operation = request.match_info["operation"]
    if operation not in operations():
        raise web.HTTPNotFound
    return endpoint_of(operation)


async def _pairs(request: web.Request) -> list[tuple[str, str]]:
    """Read the inputs of a form. Raises ValueError for anything else."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    text = (await request.read()).decode("ascii")
    return parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")
