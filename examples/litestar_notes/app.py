"""The application: every route but `/health` has a rule. Settings are in the environment."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Litestar, MediaType, Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from stytch_b2b_async import Client
from stytch_b2b_async.integrations.litestar import Auth
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.web import RefusedError, member

from . import pages
from .notes import Notes

notes = Notes()
auth = Auth(Client(), organization="{org}", login_page="/auth/login")

# What roles may do is the project's policy.
keeper = auth.require(member(permission=("notes", "delete")))
anybody = auth.require(member(organization=None))

Me = NamedDependency[MemberSession]


class Draft(msgspec.Struct):
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]


@get("/health")
async def health() -> str:
    return "ok"


@get("/", guards=[anybody])
async def home(me: Me) -> Redirect:
    return Redirect(f"/{me.organization_slug}/notes", status_code=303)


def explain(request: Request[Any, Any, Any], error: RefusedError) -> Response[Any]:
    """Show a page to browsers that may not do something; the rest is answered as usual."""
    answer = error.refused.response
    if answer.status == 403 and "text/html" in request.headers.get("accept", ""):
        return Response(pages.refused(), status_code=403, media_type=MediaType.HTML)
    return Response(answer.body, status_code=answer.status, headers=dict(answer.headers), media_type="application/problem+json")


class NotesController(Controller):
    """The notes of the organization in the path, for its members."""

    path = "/{org:str}/notes"
    guards = [auth.require(member())]  # noqa: RUF012  # as Litestar has it
    exception_handlers: Any = {RefusedError: explain}  # noqa: RUF012  # likewise

    @get(media_type=MediaType.HTML)
    async def show(self, me: Me) -> str:
        return pages.notes(me, notes.of(me.organization_id))

    @post()
    async def add(self, me: Me, data: Annotated[Draft, Body(media_type=RequestEncodingType.URL_ENCODED)]) -> Redirect:
        notes.add(me.organization_id, data.text)
        return Redirect(f"/{me.organization_slug}/notes", status_code=303)

    @post("/{number:int}/remove", guards=[keeper])
    async def remove(self, me: Me, number: FromPath[int]) -> Redirect:
        notes.remove(me.organization_id, number)
        return Redirect(f"/{me.organization_slug}/notes", status_code=303)


logins = Router("/auth", route_handlers=[auth.login_routes(after="/", create_organizations=False)])
app = Litestar([health, home, NotesController, logins], plugins=[auth])
