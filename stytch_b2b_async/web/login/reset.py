"""A new password: the request for a link, and the form that the link leads to."""

from typing import Any, cast

import attrs

from stytch_b2b_async.api._shared.responses import MFAResponse
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.endpoint import Request as APIRequest
from stytch_b2b_async.errors import APIError, BreachedPasswordError, SessionTooOldError, WeakPasswordError
from stytch_b2b_async.logins import LoggedIn, login_outcome

from .answers import Answer, LoginRefusedError
from .callback import TOKEN_FIELDS, kind_of, new_password_page, refused_as_unsolicited, spend
from .callbacks import TokenType
from .failures import TOO_LATE, refused_by, silent
from .fields import Fields, bad_request, body_of, query_of
from .finish import finish
from .pending import PendingLogin
from .views import ForgotView, MessageView
from .visit import Visit

_WEAK = "This password is too easy to guess. Choose a longer one, such as four words that do not belong together."
_BREACHED = "This password is known from a leak. Choose another one."


def show_forgot(visit: Visit) -> Flow[Answer]:
    """Show the form that requests a link."""
    fields = query_of(visit.request)
    view = ForgotView(paths=visit.paths, organization=visit.organization(fields))
    yield from ()
    return Answer(show=lambda pages: pages.forgot(view), data={"status": "forgot_password"})


def mail_reset(visit: Visit) -> Flow[Answer]:
    """Mail a link for a new password. The answer is the same whether it was sent or not."""
    fields = body_of(visit.request)
    organization, email = visit.organization(fields), fields.email()
    pair, cookies = visit.bound()
    challenge = None if visit.settings.links_elsewhere else pair.challenge
    yield from silent(visit, _start(visit, organization, email, challenge))
    text = f"If {email} can log in here, a link for a new password is on its way. It is good for half an hour."
    view = MessageView(paths=visit.paths, organization=organization, title="Check your mail", text=text)
    return Answer(show=lambda pages: pages.message(view), data={"status": "sent"}, cookies=cookies)


def show_forgot_again(visit: Visit, refused: LoginRefusedError) -> Answer:
    """Return the form that requests a link, with what went wrong."""
    view = ForgotView(paths=visit.paths, error=refused.text, organization="")
    return refused.answer(lambda pages: pages.forgot(view))


def show_new_password(visit: Visit) -> Flow[Answer]:
    """Show the form for a new password to whoever has brought all factors for it."""
    _resetting(visit)
    yield from ()
    return new_password_page(visit, query_of(visit.request))


def set_password(visit: Visit) -> Flow[Answer]:
    """Set a new password, by which the token is spent, and log in."""
    fields = body_of(visit.request)
    if not fields.names <= {*TOKEN_FIELDS, "password"}:
        raise bad_request("This form is not one of ours.", "unknown_parameter")
    try:
        if "token" not in fields.names and visit.pending is not None and visit.pending.kind == "new_password":
            return (yield from _by_session(visit, _resetting(visit), fields.password()))
        kind = kind_of(fields)
        if not kind.needs_password:
            raise bad_request("This link is not for a new password.", "unknown_token_type")
        password = fields.password()
        if kind.resets_session:
            return (yield from _by_link(visit, kind, fields, password))
        return finish(visit, (yield from _spend(visit, kind, fields, password=password)))
    except (WeakPasswordError, BreachedPasswordError) as error:
        weak = isinstance(error, WeakPasswordError)
        raise LoginRefusedError(422, "weak_password" if weak else "breached_password", _WEAK if weak else _BREACHED) from None
    except SessionTooOldError:
        raise LoginRefusedError(401, "login_expired", TOO_LATE, cookies=visit.forget_pending()) from None
    except APIError as error:
        raise refused_by(error, visit) from None


def show_new_password_again(visit: Visit, refused: LoginRefusedError) -> Answer:
    """Return the form for a new password, with what is wrong with the one that was chosen."""
    if refused.code not in {"weak_password", "breached_password", "invalid_password"}:
        view = MessageView(paths=visit.paths, title="Choose a new password", text=refused.text)
        return refused.answer(lambda pages: pages.message(view))
    page = new_password_page(visit, body_of(visit.request), refused.text)
    return refused.answer(page.show) if page.show else page


def _by_link(visit: Visit, kind: TokenType, fields: Fields, password: str) -> Flow[Answer]:
    """Log in with the link, then set the session's password, which is checked before the link is spent."""
    from stytch_b2b_async.api.passwords import StrengthCheck

    strength = yield from visit.call(StrengthCheck(password=password))
    if strength.breached_password or not strength.valid_password:
        code = "breached_password" if strength.breached_password else "weak_password"
        raise LoginRefusedError(422, code, _BREACHED if strength.breached_password else _WEAK)
    response: MFAResponse = yield from _spend(visit, kind, fields)
    login = login_outcome(response)
    if not isinstance(login, LoggedIn):
        return finish(visit, response, resets_password=True)
    return (yield from _reset_by(visit, login.session_token, login.organization.organization_id, password))


def _by_session(visit: Visit, pending: PendingLogin, password: str) -> Flow[Answer]:
    return (yield from _reset_by(visit, pending.token, pending.organization_id, password))


def _reset_by(visit: Visit, session_token: str, organization_id: str, password: str) -> Flow[Answer]:
    """Set the password of a session that has just begun, and go on with it."""
    from stytch_b2b_async.api.passwords.sessions import Reset

    reset = Reset(session_token=session_token, organization_id=organization_id, password=password)
    changed = yield from visit.call(reset)
    return finish(visit, attrs.evolve(cast("Any", changed), session_token=changed.session_token or session_token))


def _resetting(visit: Visit) -> PendingLogin:
    pending = visit.pending
    if pending is None or pending.kind != "new_password":
        raise LoginRefusedError(401, "login_expired", TOO_LATE)
    return pending


def _spend(visit: Visit, kind: TokenType, fields: Fields, **options: Any) -> Flow[Any]:
    """Spend the token by this browser's verifier or, if it was not requested here, by the form that the visitor has sent."""
    response = None
    if visit.verifiers:
        response = yield from spend(visit, kind, fields, bound=True, **options)
    if response is None:
        if visit.settings.unsolicited == "refuse":
            raise refused_as_unsolicited()
        response = yield from spend(visit, kind, fields, bound=False, **options)
    return response


def _start(visit: Visit, organization: str, email: str, challenge: str | None) -> APIRequest[Any]:
    from stytch_b2b_async.api.passwords.discovery.email import ResetStart as Discover
    from stytch_b2b_async.api.passwords.email import ResetStart

    url = visit.callback_url
    if not organization:
        return Discover(
            email_address=email,
            reset_password_redirect_url=url,
            discovery_redirect_url=url,
            pkce_code_challenge=challenge,
        )
    return ResetStart(
        organization_id=organization,
        email_address=email,
        reset_password_redirect_url=url,
        login_redirect_url=url,
        code_challenge=challenge,
    )
