"""A FastAPI application with login, protected routes, RBAC and logout. Run it with `fastapi dev examples/fastapi_app.py`."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from stytch_b2b_async import (
    APIError,
    AuthenticationError,
    Client,
    MemberLockedError,
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
)
from stytch_b2b_async.models.session import MemberSession

COOKIE = "session_jwt"
SESSION_MINUTES = 24 * 60


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
    async with Client() as app.state.stytch:  # settings from STYTCH_PROJECT_ID and STYTCH_SECRET
        yield


app = FastAPI(lifespan=lifespan)


@app.exception_handler(NotAuthenticatedError)
async def unauthorized(request: Request, error: Exception) -> Response:
    response = JSONResponse({"detail": "log in first"}, 401)
    response.delete_cookie(COOKIE)
    return response


@app.exception_handler(NotAllowedError)
async def forbidden(request: Request, error: Exception) -> Response:
    return JSONResponse({"detail": "not allowed"}, 403)


@app.exception_handler(APIError)
async def unavailable(request: Request, error: Exception) -> Response:
    return JSONResponse({"detail": "try again later"}, 503)  # details belong in your log, not in the browser


def stytch_client(request: Request) -> Client:
    client: Client = request.app.state.stytch
    return client


Stytch = Annotated[Client, Depends(stytch_client)]


def set_session_cookie(response: Response, session_jwt: str) -> None:
    response.set_cookie(COOKIE, session_jwt, max_age=SESSION_MINUTES * 60, httponly=True, secure=True, samesite="lax")


async def current_session(request: Request, response: Response, stytch: Stytch) -> MemberSession:
    session_jwt = request.cookies.get(COOKIE, "")
    authenticated = await stytch.sessions.authenticate_jwt(session_jwt=session_jwt)
    if authenticated.session_jwt != session_jwt:  # a JWT expires after five minutes; the API returned a new one
        set_session_cookie(response, authenticated.session_jwt)
    return authenticated.member_session


Session = Annotated[MemberSession, Depends(current_session)]


class Credentials(BaseModel):
    organization_id: str
    email_address: str
    password: str


@app.post("/login")
async def log_in(credentials: Credentials, response: Response, stytch: Stytch) -> dict[str, str]:
    try:
        login = await stytch.passwords.authenticate(**credentials.model_dump(), session_duration_minutes=SESSION_MINUTES)
    except MemberLockedError:
        raise HTTPException(429, "too many attempts: try again later") from None
    except (AuthenticationError, NotFoundError):
        raise HTTPException(401, "wrong email address or password") from None
    if not login.member_authenticated:
        raise HTTPException(403, "a second factor is needed")  # see docs/logins.md
    set_session_cookie(response, login.session_jwt)
    return {"member_id": login.member_id}


@app.get("/me")
async def me(session: Session) -> dict[str, str]:
    return {"member_id": session.member_id, "organization": session.organization_slug}


@app.delete("/organizations/{organization_id}/documents/{document_id}")
async def delete_document(organization_id: str, document_id: str, session: Session, stytch: Stytch) -> dict[str, str]:
    check = {"organization_id": organization_id, "resource_id": "documents", "action": "delete"}
    await stytch.rbac.authorize(member_session=session, authorization_check=check)
    return {"deleted": document_id}


@app.post("/logout")
async def log_out(session: Session, response: Response, stytch: Stytch) -> None:
    await stytch.sessions.revoke(member_session_id=session.member_session_id)
    response.delete_cookie(COOKIE)
