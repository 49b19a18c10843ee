"""Refusals, as RFC 9457 problems. They contain no token, and nothing that the API said."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

import attrs

from .cookies import SetCookie
from .decision import NO_STORE, Outgoing, Refused
from .http import Response

RETRY_AFTER: Final = 5
"""Seconds after which to try again, if nothing else is known."""


@attrs.frozen
class Problem:
    """Why a request is refused."""

    status: int
    reason: str
    """One word for logs."""
    detail: str
    """For whoever reads the response."""
    challenge: str | None = None
    """The `WWW-Authenticate` header."""
    retry_after: int | None = None
    """Seconds."""
    clears: bool = False
    """Whether the cookies hold nothing that could ever be accepted: they are deleted, if this backend owns them."""
    clears_any: bool = False
    """Whether they are deleted even if another project's application may have set them."""
    is_nobody: bool = False
    """Whether the request comes from nobody who is known: an optional rule lets it pass."""
    is_credential: bool = False
    """Whether a login would help: a browser is sent to the login page."""


def refused(problem: Problem, cookies: Iterable[SetCookie] = (), location: str | None = None) -> Refused:
    """Return the refusal; with a `location`, it is a redirect to a login page."""
    outgoing = Outgoing(tuple(cookies), varies=True)
    if location is not None:
        return Refused(_response(303, [("location", location)], b"", outgoing), outgoing, problem.reason)
    headers = [("content-type", "application/problem+json")]
    if problem.challenge is not None:
        headers.append(("www-authenticate", problem.challenge))
    if problem.retry_after is not None:
        headers.append(("retry-after", str(problem.retry_after)))
    body = {"type": "about:blank", "title": HTTPStatus(problem.status).phrase, "status": problem.status, "detail": problem.detail}
    return Refused(_response(problem.status, headers, json.dumps(body).encode(), outgoing), outgoing, problem.reason)


def _response(status: int, headers: list[tuple[str, str]], body: bytes, outgoing: Outgoing) -> Response:
    return Response(status, tuple(outgoing.merged_text([*headers, ("cache-control", NO_STORE)])), body)


_LOG_IN = "Bearer"
_INVALID = 'Bearer error="invalid_token"'

MISSING: Final = Problem(401, "missing", "Log in, or send an access token.", _LOG_IN, is_nobody=True, is_credential=True)
INVALID: Final = Problem(
    401, "invalid", "The session or access token is not valid.", _INVALID, clears=True, is_nobody=True, is_credential=True
)
ENDED: Final = attrs.evolve(INVALID, reason="ended", detail="The session has ended.", clears_any=True)
AMBIGUOUS: Final = attrs.evolve(ENDED, reason="ambiguous", detail="The request carries more than one session.")
EXPIRED: Final = Problem(401, "expired", "The access token has expired.", _INVALID)
WRONG_KIND: Final = Problem(401, "wrong_kind", "Tokens of this kind are not accepted here.", _INVALID)
MALFORMED: Final = Problem(400, "malformed", "The request is malformed.")
TOO_LARGE: Final = Problem(431, "too_large", "The headers of the request are too large.")
BODY_TOO_LARGE: Final = Problem(413, "body", "The body of the request is too large.")
CROSS_SITE: Final = Problem(403, "cross_site", "The request was made by another site.")
OTHER_ORGANIZATION: Final = Problem(403, "other_organization", "The session belongs to another organization.")
NO_ROLE: Final = Problem(403, "role", "None of the member's roles allows this.")
IMPERSONATED: Final = Problem(403, "impersonated", "This is not allowed while a member is impersonated.")
NOT_ALLOWED: Final = Problem(403, "not_allowed", "This is not allowed.")
MISCONFIGURED: Final = Problem(500, "credentials", "The server cannot check sessions.")


def missing_scope(scopes: tuple[str, ...]) -> Problem:
    """Return the problem of a token that lacks one of the scopes (RFC 6750)."""
    challenge = f'Bearer error="insufficient_scope", scope="{" ".join(scopes)}"'
    return Problem(403, "scope", "The access token lacks a scope.", challenge)


def factor_too_old(seconds: float) -> Problem:
    """Return the problem of a member who must authenticate again (RFC 9470); the session goes on."""
    challenge = f'Bearer error="insufficient_user_authentication", max_age="{int(seconds)}"'
    return Problem(401, "factor_age", "Authenticate again: the last time was too long ago.", challenge, is_credential=True)


def unavailable(retry_after: float | None = None) -> Problem:
    """Return the problem of sessions that cannot be checked at the moment."""
    seconds = RETRY_AFTER if retry_after is None else max(1, min(int(retry_after + 0.999), 3_600))
    return Problem(503, "unavailable", "Sessions cannot be checked at the moment.", retry_after=seconds)
