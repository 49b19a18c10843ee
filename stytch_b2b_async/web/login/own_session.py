"""The session that a browser has when it comes to a login route. No call is made for a credential that is not genuine."""

from collections.abc import Mapping
from typing import Any, TypeVar

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.endpoint import Request as APIRequest
from stytch_b2b_async.errors import APIError, StytchError
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.verify.errors import TokenError
from stytch_b2b_async.web.renewal import Credential

from .visit import Visit

R = TypeVar("R")


def genuine_sessions(visit: Visit) -> Flow[Mapping[str, MemberSession]]:
    """Return the sessions of the JWTs that are genuine, stale or not, by their JWTs."""
    found: dict[str, MemberSession] = {}
    for session_jwt in visit.session.jwts:
        try:
            found[session_jwt], _ = yield from visit.verifier.genuine_session(session_jwt)
        except (TokenError, APIError):  # not ours; or keys that cannot be fetched
            continue
    return found


def credential_of(visit: Visit, genuine: Mapping[str, MemberSession]) -> Credential | None:
    """Return what the session is known by: its token or, without any, its JWT; None if there is no session, or more than one."""
    tokens, known = visit.session.tokens, {session.member_session_id for session in genuine.values()}
    session_id = known.pop() if len(known) == 1 else None
    if len(tokens) == 1:
        return visit.settings.auth.sessions.by_token(tokens[0]) if session_id is None else Credential(tokens[0], None, session_id)
    return None if tokens or session_id is None else Credential(None, [*genuine][-1], session_id)


def argument(credential: Credential) -> Mapping[str, Any]:
    """Return a credential as the parameter of a call."""
    if credential.session_token is not None:
        return {"session_token": credential.session_token}
    return {"session_jwt": credential.session_jwt}


def call_by(visit: Visit, credential: Credential, request: APIRequest[R]) -> Flow[R]:
    """Make a call with a credential. Raises RateLimitError without one if too many such credentials were refused."""
    sessions = visit.settings.auth.sessions
    sessions.admit(credential)
    try:
        return (yield from visit.call(request))
    except StytchError as error:
        sessions.count_refusal(credential, error)
        raise
