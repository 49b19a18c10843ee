"""Make sessions and tokens older."""

from datetime import datetime, timedelta

import attrs

from stytch_b2b_async.emulator.clock import Clock, machine_time
from stytch_b2b_async.emulator.errors import EmulatedError
from stytch_b2b_async.emulator.project import Project
from stytch_b2b_async.emulator.rules.sessions.jwts import mint, sign, verified_claims
from stytch_b2b_async.emulator.state.store import evolve
from stytch_b2b_async.logins import LoggedIn
from stytch_b2b_async.models.session import AuthenticationFactor, MemberSession

_TIMES = ("exp", "iat", "nbf")


def aged_session(project: Project, login: LoggedIn, by: timedelta) -> LoggedIn:
    """Move everything about a session into the past, and sign a JWT as it would have been signed then."""
    _check(by)
    issued = _issued(project, login.session_jwt) - by
    session = _moved(_current(project, login.member_session), by)
    project.sessions.save(session)  # unless it has ended
    then = attrs.evolve(project, clock=Clock(lambda: issued))
    return evolve(login, member_session=session, session_jwt=mint(then, session, login.organization))


def aged_token(project: Project, token: str, by: timedelta) -> str:
    """Sign the claims of a token anew, with earlier times."""
    _check(by)
    claims = verified_claims(project, token) or {}
    return sign(project, {**claims, **{name: claims[name] - int(by.total_seconds()) for name in _TIMES}})


def _check(by: timedelta) -> None:
    if by <= timedelta():
        raise ValueError("give how much older: age(minutes=6)")


def _issued(project: Project, jwt: str) -> datetime:
    return datetime.fromtimestamp((verified_claims(project, jwt) or {})["iat"], machine_time().tzinfo)


def _current(project: Project, session: MemberSession) -> MemberSession:
    """Return the session as the API knows it, which may have been extended; the given one if it has ended."""
    try:
        return project.sessions.with_id(session.member_session_id)
    except EmulatedError:
        return session


def _moved(session: MemberSession, by: timedelta) -> MemberSession:
    return evolve(
        session,
        started_at=session.started_at - by,
        last_accessed_at=session.last_accessed_at - by,
        expires_at=session.expires_at - by,
        authentication_factors=[_moved_factor(factor, by) for factor in session.authentication_factors],
    )


def _moved_factor(factor: AuthenticationFactor, by: timedelta) -> AuthenticationFactor:
    moments = {name: getattr(factor, name) for name in ("last_authenticated_at", "created_at", "updated_at")}
    return evolve(factor, **{name: moment - by for name, moment in moments.items() if moment is not None})
