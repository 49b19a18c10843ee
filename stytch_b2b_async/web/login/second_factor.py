"""The second factor of a login: a texted code, an authenticator app, a recovery code; and setting one up."""

from typing import Any

import attrs

from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.errors import APIError, APIStatusError, BadRequestError, MemberLockedError

from .answers import Answer, LoginRefusedError
from .failures import TOO_LATE, is_misconfigured, is_outage, refused_by, wrong_code
from .fields import bad_request, body_of
from .finish import finish, second_factor
from .pending import PendingLogin
from .views import AppView, MessageView, SecondFactorView
from .visit import Visit


def show_second_factor(visit: Visit) -> Flow[Answer]:
    """Show what is asked for."""
    pending = _pending(visit)
    yield from ()
    return _page(visit, pending)


def check_second_factor(visit: Visit) -> Flow[Answer]:
    """Log in with a code."""
    fields, pending = body_of(visit.request), _pending(visit)
    step, code, method = pending.second_factor, fields.code(), fields.text("method", 32)
    if method == "sms":
        request: Any = step.sms_code(code, **visit.duration)
    elif method == "totp":
        request = step.totp_code(code, **visit.duration)
    elif method == "recovery_code":
        request = step.recovery_code(code, **visit.duration)
    else:
        raise bad_request("The second factor is sms, totp or recovery_code.", "invalid_method")
    try:
        response = yield from visit.call(request)
    except APIStatusError as error:
        if is_outage(error) or isinstance(error, MemberLockedError) or not wrong_code(error):
            raise refused_by(error, visit) from None
        raise LoginRefusedError(401, "wrong_code", "The code is wrong, was used or is too old.") from None
    except APIError as error:
        raise refused_by(error, visit) from None
    return finish(visit, response, resets_password=pending.resets_password)


def send_text(visit: Visit) -> Flow[Answer]:
    """Text a code to the member's number or, if they have none, to the one that they enter."""
    number, pending = body_of(visit.request).phone_number(), _pending(visit)
    known = pending.phone_ends_in
    if not known and number is None:
        raise bad_request("Enter a phone number with its country code, such as +12025550162.", "invalid_phone_number")
    try:
        yield from visit.call(pending.second_factor.send_sms(None if known else number))
    except APIError as error:
        raise _not_sent(error, visit, "invalid_phone_number", "No code can be sent to this number.") from None
    return second_factor(visit, attrs.evolve(pending, phone_ends_in=known or (number or "")[-2:], code_sent=True))


def enroll_app(visit: Visit) -> Flow[Answer]:
    """Create the secret for an authenticator app, whose first code then logs in."""
    pending = _pending(visit)
    try:
        made = yield from visit.call(pending.second_factor.enroll_totp())
    except APIError as error:
        text = "An app was set up already. Enter its code, or log in again later."
        raise _not_sent(error, visit, "app_exists", text) from None
    view = AppView(paths=visit.paths, qr_code=made.qr_code, secret=made.secret, recovery_codes=made.recovery_codes)
    data = {
        "status": "app",
        "secret": made.secret,
        "qr_code": made.qr_code,
        "recovery_codes": list(made.recovery_codes),
    }
    cookie = visit.keep(attrs.evolve(pending, has_app=True))
    return Answer(show=lambda pages: pages.app(view), data=data, cookies=(cookie,))


def show_second_factor_again(visit: Visit, refused: LoginRefusedError) -> Answer:
    """Show what is asked for, with what went wrong."""
    pending = visit.pending
    if pending is None or pending.kind != "second_factor" or refused.code in {"login_expired", "unavailable"}:
        view = MessageView(paths=visit.paths, title="Second factor", text=refused.text)
        return refused.answer(lambda pages: pages.message(view))
    page = _page(visit, pending, refused.text)
    return refused.answer(page.show) if page.show else page


def _pending(visit: Visit) -> PendingLogin:
    pending = visit.pending
    if pending is None or pending.kind != "second_factor":
        raise LoginRefusedError(401, "login_expired", TOO_LATE)
    return pending


def _page(visit: Visit, pending: PendingLogin, error: str = "") -> Answer:
    view = SecondFactorView(
        paths=visit.paths,
        error=error,
        phone_ends_in=pending.phone_ends_in,
        code_sent=pending.code_sent,
        has_app=pending.has_app,
        must_enroll=pending.must_enroll and not pending.has_app,
    )
    return Answer(show=lambda pages: pages.second_factor(view), data=second_factor(visit, pending).data)


def _not_sent(error: APIError, visit: Visit, code: str, text: str) -> LoginRefusedError:
    if isinstance(error, BadRequestError) and not is_misconfigured(error):
        return LoginRefusedError(400, code, text)
    return refused_by(error, visit)
