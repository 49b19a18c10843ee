"""Logging out: the session is revoked, and its cookies go in any case."""

from stytch_b2b_async._logging import logger
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.errors import APIError, SessionNotFoundError

from .answers import Answer
from .own_session import argument, call_by, credential_of, genuine_sessions
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

    sessions = visit.settings.auth.sessions
    genuine = yield from genuine_sessions(visit)
    credential = credential_of(visit, genuine)
    if credential is not None:
        try:
            yield from call_by(visit, credential, Revoke(**argument(credential)))
        except SessionNotFoundError:
            pass  # it has ended already
        except APIError as error:
            logger.warning("a session could not be revoked, and goes on until it expires: %s", type(error).__name__)
    for token in visit.session.tokens:
        sessions.end_by(sessions.by_token(token))
    outgoing = visit.settings.auth.signed_out(visit.request, *genuine.values())
    cookies = (*visit.forget_pending(), *visit.forget_verifiers(), *visit.next_path()[1])
    return Answer(location=visit.settings.after_logout, data={"status": "logged_out"}, outgoing=outgoing, cookies=cookies)
