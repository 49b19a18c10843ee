"""The one address to which all links and redirects of Stytch's lead."""

from typing import Any, Final

from stytch_b2b_async._logging import logger
from stytch_b2b_async.concurrency.flow import Flow
from stytch_b2b_async.errors import (
    APIError,
    APIStatusError,
    BreachedPasswordError,
    NotFoundError,
    PermissionDeniedError,
    PKCEError,
    TokenUsedOrExpiredError,
    WeakPasswordError,
)

from .answers import Answer, LoginRefusedError
from .callbacks import RESET_PASSWORD, TokenType, token_type
from .failures import is_misconfigured, is_outage, refused_by
from .fields import Fields, bad_request, body_of, query_of
from .finish import finish
from .views import ConfirmView, NewPasswordView
from .visit import Visit

TOKEN_FIELDS: Final = ("stytch_token_type", "stytch_redirect_type", "token", "slug")
_QUERY: Final = {*TOKEN_FIELDS, "public_token"}
_NOT_ADMITTED: Final = ("operation_restricted", "invalid_", "email_jit", "member_impersonation")
"""How the error types begin of an organization that does not admit somebody."""
_NOT_OURS: Final = "pkce_did_not_expect_code_verifier"


def open_callback(visit: Visit) -> Flow[Answer]:
    """Spend the token of a link or redirect that this browser has asked for; ask about others, and for a new password."""
    fields = query_of(visit.request)
    if not fields.names <= _QUERY:
        logger.warning("a callback has unknown parameters")
        raise bad_request("This link is not one of ours.", "unknown_parameter")
    return (yield from _received(visit, fields))


def confirm_callback(visit: Visit) -> Flow[Answer]:
    """Spend the token of a login that this browser has not begun, now that the visitor has agreed."""
    fields = body_of(visit.request)
    if not fields.names <= {*_QUERY, "confirmed"}:
        raise bad_request("This form is not one of ours.", "unknown_parameter")
    if fields.text("confirmed") != "yes" or visit.settings.unsolicited == "refuse":
        return (yield from _received(visit, fields))
    kind = kind_of(fields)
    if kind.needs_password:
        return new_password_page(visit, fields)
    return finish(visit, (yield from spend(visit, kind, fields, bound=False)))


def _received(visit: Visit, fields: Fields) -> Flow[Answer]:
    kind = kind_of(fields)
    if kind.needs_password:
        if visit.settings.unsolicited == "refuse" and not visit.verifiers:
            raise refused_as_unsolicited()
        return new_password_page(visit, fields)
    if visit.verifiers and kind.verifier is not None:
        response = yield from spend(visit, kind, fields, bound=True)
        if response is not None:
            return finish(visit, response)
    if visit.settings.unsolicited == "accept":
        return finish(visit, (yield from spend(visit, kind, fields, bound=False)))
    if visit.settings.unsolicited == "refuse":
        raise refused_as_unsolicited()
    view = ConfirmView(paths=visit.paths, fields={**fields.given(*TOKEN_FIELDS), "confirmed": "yes"})
    return Answer(show=lambda pages: pages.confirm(view), data={"status": "confirm"})


def kind_of(fields: Fields) -> TokenType:
    """Return what kind of token was brought. Raises LoginRefusedError for an unknown one, or a malformed token."""
    fields.token()
    kind = token_type(fields.text("stytch_token_type", 64), fields.text("stytch_redirect_type", 64))
    if kind is None:
        raise bad_request("This link is of an unknown kind.", "unknown_token_type")
    return kind


def spend(visit: Visit, kind: TokenType, fields: Fields, *, bound: bool, **options: Any) -> Flow[Any]:
    """Make the call that takes the token. Raises LoginRefusedError.

    With `bound`, by this browser's verifiers, the newest first; None for a token that nobody began with a verifier.
    """
    if kind.starts_session:
        pending = visit.pending
        options |= visit.duration
        if pending is not None and pending.kind == "primary_factor":
            options["intermediate_session_token"] = pending.token
    tried = [one.pair.verifier for one in visit.verifiers] if bound else [None]
    for verifier in tried:
        try:
            return (yield from visit.call(kind.request(fields.token(), verifier, **options)))
        except PKCEError as error:
            if error.error_type == _NOT_OURS:
                return None
        except (WeakPasswordError, BreachedPasswordError):
            raise  # for the form, which asks again
        except APIError as error:
            raise _refused(error, visit) from None
    text = "This login was begun in another browser. Open the link there, or begin again here."
    raise LoginRefusedError(403, "other_browser", text)


def new_password_page(visit: Visit, fields: Fields, error: str = "") -> Answer:
    """Return the form for a new password, which spends the token."""
    pending, given = visit.pending, fields.given(*TOKEN_FIELDS)
    is_last_step = not given and pending is not None and pending.kind == "new_password"
    view = NewPasswordView(
        paths=visit.paths,
        error=error,
        fields=given,
        is_foreign=not is_last_step and not visit.verifiers,
        is_last_step=is_last_step,
    )
    return Answer(show=lambda pages: pages.new_password(view), data={"status": RESET_PASSWORD})


def refused_as_unsolicited() -> LoginRefusedError:
    """Return the refusal of a login that this browser has not begun."""
    return LoginRefusedError(403, "unsolicited", "This login was not begun in this browser. Log in here instead.")


def _refused(error: APIError, visit: Visit) -> LoginRefusedError:
    if is_outage(error) or is_misconfigured(error) or not isinstance(error, APIStatusError):
        return refused_by(error, visit)
    if isinstance(error, TokenUsedOrExpiredError) or (isinstance(error, NotFoundError) and not _is_about_login(error)):
        return LoginRefusedError(400, "used_or_expired", "This link was used, or is too old. Request a new one.")
    if isinstance(error, PermissionDeniedError) or (error.error_type or "").startswith(_NOT_ADMITTED):
        return LoginRefusedError(403, "not_admitted", "This organization does not admit you in this way.")
    return refused_by(error, visit)


def _is_about_login(error: APIStatusError) -> bool:
    return (error.error_type or "") in {"intermediate_session_not_found", "session_not_found"}
