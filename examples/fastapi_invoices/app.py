"""The application: every route but `/health` has a rule. Settings are in the environment."""

import os
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from stytch_b2b_async import Client
from stytch_b2b_async.integrations.fastapi import Auth
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.verify.m2m import MachineClaims
from stytch_b2b_async.web import RefusedError, machine, member
from stytch_b2b_async.webhooks import WebhookEvent

from . import pages
from .invoices import Draft, Invoice, Invoices

invoices = Invoices()
auth = Auth(Client(), organization="{org}", login_page="/auth/login")
app = FastAPI(title="Invoices", lifespan=auth.lifespan)
auth.install(app)


def forget(event: WebhookEvent) -> None:
    if (event.object_type, event.action) == ("organization", "DELETE"):
        invoices.forget(event.id)


app.include_router(auth.login_routes(after="/", oauth=["google"], create_organizations=False), prefix="/auth")
app.include_router(auth.webhook_route(secret=os.environ["WEBHOOK_SECRET"], on_event=forget), prefix="/hooks")

# Members of the organization in the path. What roles may do is the project's policy.
Me = Annotated[MemberSession, auth.require(member())]
Creator = Annotated[MemberSession, auth.require(member(permission=("invoices", "create")))]
Editor = Annotated[MemberSession, auth.require(member(permission=("invoices", "update")))]
Admin = Annotated[MemberSession, auth.require(member(role="stytch_admin", impersonated=False))]

Anybody = Annotated[MemberSession, auth.require(member(organization=None))]
Importer = Annotated[MachineClaims, auth.require(machine("write:invoices"))]


@app.get("/health")
async def health() -> str:
    return "ok"


@app.get("/", include_in_schema=False)
async def home(me: Anybody) -> Response:
    return RedirectResponse(f"/{me.organization_slug}/invoices", 303)


# Pages


@app.get("/{org}/invoices", include_in_schema=False)
async def show(org: str, me: Me) -> HTMLResponse:
    return HTMLResponse(pages.invoices(me, invoices.of(me.organization_id)))


@app.post("/{org}/invoices", include_in_schema=False)
async def create(org: str, me: Creator, request: Request) -> Response:
    fields = dict(parse_qsl((await request.body()).decode()))
    try:
        draft = Draft(customer=fields.get("customer", ""), cents=round(float(fields.get("amount", "0")) * 100))
    except (ValidationError, ValueError, OverflowError):
        return HTMLResponse(pages.invoices(me, invoices.of(me.organization_id), error="Give a customer and an amount."), 422)
    invoices.add(me.organization_id, draft)
    return RedirectResponse(f"/{org}/invoices", 303)


@app.post("/{org}/invoices/{number}/paid", include_in_schema=False)
async def pay(org: str, number: int, me: Editor) -> Response:
    found(me, number).paid = True
    return RedirectResponse(f"/{org}/invoices", 303)


@app.post("/{org}/invoices/{number}/remove", include_in_schema=False)
async def remove(org: str, number: int, me: Admin) -> Response:
    invoices.remove(me.organization_id, found(me, number).number)
    return RedirectResponse(f"/{org}/invoices", 303)


@app.exception_handler(RefusedError)
async def refused(request: Request, error: Exception) -> Response | None:
    """Show a page to browsers that may not do something; the rest is answered as usual."""
    assert isinstance(error, RefusedError)
    if error.refused.status == 403 and "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(pages.refused(), 403)
    return await auth.refuse(request, error)


# The API


@app.get("/api/{org}/invoices")
async def listed(org: str, me: Me) -> list[Invoice]:
    return invoices.of(me.organization_id)


@app.get("/api/{org}/invoices/{number}")
async def read(org: str, number: int, me: Me) -> Invoice:
    return found(me, number)


class Import(BaseModel):
    organization_id: str
    drafts: list[Draft]


@app.post("/api/imports", status_code=201)
async def load(given: Import, importer: Importer) -> list[Invoice]:
    return [invoices.add(given.organization_id, draft) for draft in given.drafts]


def found(me: MemberSession, number: int) -> Invoice:
    """Look in the organization of the session: nothing of another one can be found."""
    invoice = invoices.find(me.organization_id, number)
    if invoice is None:
        raise HTTPException(404, "no such invoice")
    return invoice
