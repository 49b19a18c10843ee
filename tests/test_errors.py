import copy
import pickle
import traceback
from typing import Any

import pytest
from support.http_servers import SECRET

from stytch_b2b_async import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    Authorization,
    BadRequestError,
    ClientClosedError,
    ConflictError,
    DecodeError,
    IntermediateSessionNotFoundError,
    InternalServerError,
    MemberLockedError,
    MemberNotFoundError,
    MissingRoleError,
    MissingScopeError,
    NotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
    PaginationError,
    PasswordResetRequiredError,
    PermissionDeniedError,
    PKCEError,
    RateLimitError,
    SearchTimeoutError,
    SessionAuthorizationError,
    SessionNotFoundError,
    StytchError,
    TokenError,
    TokenUsedOrExpiredError,
    WeakPasswordError,
    WrongTenantError,
    errors,
)
from stytch_b2b_async.api.passwords.email import RequireReset
from stytch_b2b_async.errors import status_error_class

STATUSES: list[tuple[int, type[APIStatusError]]] = [
    (400, BadRequestError),
    (401, AuthenticationError),
    (403, PermissionDeniedError),
    (404, NotFoundError),
    (409, ConflictError),
    (429, RateLimitError),
    (500, InternalServerError),
    (502, InternalServerError),
    (503, InternalServerError),
    (599, InternalServerError),
    (302, APIStatusError),
    (418, APIStatusError),
]


@pytest.mark.parametrize(("status", "expected"), STATUSES)
def test_the_status_chooses_the_class(status: int, expected: type[APIStatusError]) -> None:
    assert expected is status_error_class(status, None)
    assert expected is status_error_class(status, "a word that nobody knows")


WORDS: list[tuple[int, str, type[APIStatusError]]] = [
    (400, "weak_password", WeakPasswordError),
    (400, "member_reset_password", PasswordResetRequiredError),
    (400, "reset_password", PasswordResetRequiredError),
    (400, "pkce_mismatch", PKCEError),
    (400, "search_timeout", SearchTimeoutError),
    (401, "unable_to_auth_password_reset_token", TokenUsedOrExpiredError),
    (403, "session_authorization_error", SessionAuthorizationError),
    (404, "member_not_found", MemberNotFoundError),
    (404, "session_not_found", SessionNotFoundError),
    (429, "user_lock_limit_reached", MemberLockedError),
]


@pytest.mark.parametrize(("status", "word", "expected"), WORDS)
def test_class_of_an_error_type(status: int, word: str, expected: type[APIStatusError]) -> None:
    """Words that programs branch on have a class."""
    assert expected is status_error_class(status, word)
    assert issubclass(expected, status_error_class(status, None))


def test_error_type_with_another_status() -> None:
    """A known word with another status is caught by both. Not every status is documented."""
    blend = status_error_class(404, "weak_password")
    assert issubclass(blend, WeakPasswordError)
    assert issubclass(blend, NotFoundError)
    assert ("WeakPasswordError", WeakPasswordError.__doc__) == (blend.__name__, blend.__doc__)
    assert blend is status_error_class(404, "weak_password")


def test_subclass_of_the_caller() -> None:
    """A class of the caller's own takes no part in the choice."""

    class MineError(BadRequestError):
        error_types = frozenset({"weak_password"})

    assert WeakPasswordError is status_error_class(400, "weak_password")
    assert BadRequestError is status_error_class(400, None)
    assert 400 == MineError(400).status_code


def test_an_error_of_the_api_reads_as_a_sentence() -> None:
    error = BadRequestError(400, "weak_password", "Too weak.", "https://example.com", None, "r-1")
    assert "400 weak_password: Too weak. [r-1]" == str(error)
    error.attempts = 3
    assert "400 weak_password: Too weak. [r-1] (after 3 attempts)" == str(error)


@pytest.mark.parametrize(("status", "title"), [(502, "502 Bad Gateway"), (599, "599 unknown status"), (0, "0 unknown status")])
def test_error_without_a_type(status: int, title: str) -> None:
    """An error without words has the name of its status."""
    assert title == str(APIStatusError(status))


def test_maybe_applied() -> None:
    """A lost connection says whether the API may have acted."""
    assert "refused" == str(APIConnectionError("refused"))
    assert "reset; the API may have acted on it" == str(APIConnectionError("reset", maybe_applied=True))


def test_a_repr_shows_neither_headers_nor_details() -> None:
    error = NotFoundError(404, "x", "m", None, {"planted": 1}, "r", {"planted": "h"}, 2.0)
    assert "planted" not in repr(error)
    assert repr(error).startswith(
        "NotFoundError(status_code=404, error_type='x', error_message='m', error_url=None, request_id='r'"
    )
    assert "planted" not in repr(DecodeError("m", 200, "r", b"planted"))


ERRORS: list[Any] = [
    APIStatusError(418, "teapot"),
    WeakPasswordError(400, "weak_password", "m", "u", {"d": [1]}, "r", {"h": "v"}, 1.5),
    status_error_class(404, "weak_password")(404, "weak_password", "m"),
    status_error_class(503, None)(503),
    APIConnectionError("reset", maybe_applied=True),
    APITimeoutError("no answer within 30 s"),
    DecodeError("no JSON object", 200, "r", b"<html>"),
    SessionNotFoundError(404, "session_not_found", "m"),
    PaginationError("the same cursor twice"),
    ClientClosedError("closed before this call"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301
def test_copy_and_pickle(error: Any, again: Any) -> None:
    """An error survives being copied and pickled. Batch workers pickle them."""
    error.attempts = 2
    error.add_note("noted by the caller")
    error.request = RequireReset(email_address="ada@example.com")
    copied = again(error)
    assert type(error) is type(copied)
    assert (str(error), repr(error), error.args) == (str(copied), repr(copied), copied.args)
    assert (error.attempts, error.request, error.__notes__) == (copied.attempts, copied.request, copied.__notes__)


@pytest.mark.parametrize("name", ["content-type", "Content-Type", "CONTENT-TYPE"])
def test_headers_are_looked_up_in_any_case(name: str) -> None:
    error = APIStatusError(400, headers={"content-type": "text/html"})
    for each in (error, pickle.loads(pickle.dumps(error))):  # noqa: S301  # its own
        assert "text/html" == each.headers[name] == each.headers.get(name)
        assert name in each.headers


def test_notes_on_a_copy_stay_on_the_copy() -> None:
    """A failure that several callers share is copied for each of them."""
    error = ClientClosedError("closed")
    error.add_note("for all")
    copy.copy(error).add_note("mine")
    assert ["for all"] == error.__notes__


DENIALS = {MissingRoleError, MissingScopeError, WrongTenantError}
SESSION_ERRORS = [SessionNotFoundError, IntermediateSessionNotFoundError, TokenUsedOrExpiredError]


@pytest.mark.parametrize("cls", [*TokenError.__subclasses__(), *SESSION_ERRORS, PermissionDeniedError, SessionAuthorizationError])
def test_refusals_by_status(cls: type[StytchError]) -> None:
    """A refusal is either a 401 or a 403 for a web application."""
    denied = cls in DENIALS or issubclass(cls, PermissionDeniedError)
    assert (denied, not denied) == (issubclass(cls, NotAllowedError), issubclass(cls, NotAuthenticatedError))


@pytest.mark.parametrize("cls", [SessionNotFoundError, TokenUsedOrExpiredError, SessionAuthorizationError, MissingRoleError])
def test_handler_order(cls: type[StytchError]) -> None:
    """A framework finds the handler of the refusal first. Handlers are looked for along the method resolution order."""
    order = cls.__mro__
    refusal = next(each for each in order if each in {NotAllowedError, NotAuthenticatedError})
    others = [each for each in (APIError, APIStatusError, NotFoundError, AuthenticationError, TokenError) if each in order]
    assert all(order.index(refusal) < order.index(each) for each in others)


def test_wrong_project_credentials() -> None:
    """Wrong credentials of the project log nobody out."""
    assert not issubclass(status_error_class(401, "unauthorized_credentials"), NotAuthenticatedError)


def test_every_type_with_every_status() -> None:
    """Every known word may come with every status.

    Some classes have a second base, which must not keep them from being blended.
    """
    words = {word for cls in vars(errors).values() if isinstance(cls, type) for word in getattr(cls, "error_types", ())}
    for word in words:
        for status in (400, 401, 403, 404, 409, 418, 429, 500):
            assert issubclass(status_error_class(status, word), APIError)


def test_pickled_secrets() -> None:
    """A pickled error holds no secret of its request."""
    error = APIConnectionError("reset")
    error.request = RequireReset(email_address="ada@example.com", authorization=Authorization(session_token=SECRET))
    revived = pickle.loads(pickle.dumps(error))  # noqa: S301  # its own
    assert SECRET.encode() not in pickle.dumps(error)
    assert isinstance(revived.request, RequireReset)
    assert "ada@example.com" == revived.request.email_address
    assert error.request.authorization == Authorization(session_token=SECRET)


def test_traceback_text() -> None:
    """The text of an error is the last line of its traceback."""
    try:
        raise MemberNotFoundError(404, "member_not_found", "No such member.", None, None, "r-1")
    except StytchError as error:
        last = traceback.format_exception(error)[-1]
    assert "stytch_b2b_async.errors.MemberNotFoundError: 404 member_not_found: No such member. [r-1]\n" == last


def test_attributes_and_notes() -> None:
    """A caller may attach what errors usually take."""
    error = APIStatusError(400)
    with pytest.raises(APIStatusError) as caught:
        raise error from ValueError("why")
    assert "why" == str(caught.value.__cause__)
