"""Logging out: the session is revoked, and its cookies go in any case."""

from stytch_b2b_async._logging import logger
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.errors import APIError, SessionNotFoundError
from stytch_b2b_async.models.session import MemberSession
from stytch_b2b_async.verify.errors import TokenError

from .answers import Answer
from .views import LogoutView
from .visit import Visit


def show_logout(visit: Visit) -> Flow[Answer]:
    """Ask whether to log out: a link or an image of another site must not do it."""
    view = LogoutView(paths=visit.paths)
    yield from ()
    return Answer(show=lambda pages: pages.logout(view), data={"status": "confirm"})


def log_out(visit: Visit) -> Flow[Answer]:
    """Revoke the session by one call, and delete the cookies even if it fails."""
    from stytch_b2b_async.api.sessions import Revoke

    session = visit.session_argument
    ended = yield from _ended(visit)
    if session:
        try:
            yield from visit.call(Revoke(**session))
        except SessionNotFoundError:
            pass  # it has ended already
        except APIError as error:
            logger.warning("a session could not be revoked, and goes on until it expires: %s", type(error).__name__)
    outgoing = visit.settings.auth.signed_out(visit.request, *ended)
    cookies = (*visit.forget_pending(), *visit.forget_verifiers(), *visit.next_path()[1])
    return Answer(location=visit.settings.after_logout, data={"status": "logged_out"}, outgoing=outgoing, cookies=cookies)


def _ended(visit: Visit) -> Flow[list[MemberSession]]:
    """Return the sessions of the JWTs, which are refused from now on."""
    found: list[MemberSession] = []
    for session_jwt in visit.session.jwts:
        try:
            session, _ = yield from visit.verifier.genuine_session(session_jwt)
        except (TokenError, APIError):  # not ours; or keys that cannot be fetched
            continue
        found.append(session)
    return found
