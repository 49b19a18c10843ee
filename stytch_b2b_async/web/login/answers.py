"""What a login route answers: a page or a redirect for browsers, JSON for programs."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

import attrs

from stytch_b2b_async.web.cookies import SetCookie
from stytch_b2b_async.web.decision import Outgoing
from stytch_b2b_async.web.http import Request, Response

from .pages import Pages

_HEADERS: Final = (
    ("cache-control", "no-store"),
    ("referrer-policy", "same-origin"),  # not no-referrer, with which browsers send `Origin: null`
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("vary", "Accept, Cookie"),
)


@attrs.frozen(eq=False, kw_only=True)
class Answer:
    """An answer in both forms."""

    show: Callable[[Pages], str] | None = None
    """Makes the page."""
    location: str | None = None
    """Where browsers are redirected instead."""
    data: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    """The JSON object."""
    status: int = 200
    outgoing: Outgoing = attrs.field(factory=Outgoing)
    cookies: tuple[SetCookie, ...] = ()
    retry_after: int | None = None


class LoginRefusedError(Exception):
    """A request is refused: leave the handler with a code for programs and a text for people."""

    def __init__(
        self, status: int, code: str, text: str, *, cookies: tuple[SetCookie, ...] = (), retry_after: int | None = None
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.text = text
        self.cookies = cookies
        self.retry_after = retry_after

    @property
    def problem(self) -> Mapping[str, Any]:
        """The RFC 9457 problem, whose `code` programs branch on."""
        title = HTTPStatus(self.status).phrase
        return {"type": "about:blank", "title": title, "status": self.status, "detail": self.text, "code": self.code}

    def answer(self, show: Callable[[Pages], str]) -> Answer:
        """Return the answer, with this page."""
        return Answer(show=show, data=self.problem, status=self.status, cookies=self.cookies, retry_after=self.retry_after)


def wants_json(request: Request) -> bool:
    """Return whether a program asks, rather than a browser that navigates."""
    accept = (request.header("accept") or "").lower()
    return "text/html" not in accept and ("json" in accept or is_json(request))


def is_json(request: Request) -> bool:
    """Return whether the body is JSON."""
    return media_type(request) == "application/json"


def media_type(request: Request) -> str:
    """Return the type of the body, `""` if it is not said, or repeated."""
    return (request.header("content-type") or "").lower().partition(";")[0].strip()


def written(answer: Answer, request: Request, pages: Pages) -> Response:
    """Write an answer in the form that is asked for."""
    headers, status, body = [*_HEADERS], answer.status, b""
    if answer.retry_after is not None:
        headers.append(("retry-after", str(answer.retry_after)))
    if wants_json(request):
        is_error = status >= HTTPStatus.BAD_REQUEST
        headers.append(("content-type", "application/problem+json" if is_error else "application/json"))
        body = json.dumps(answer.data).encode()
    elif answer.location is not None:
        status = HTTPStatus.SEE_OTHER.value
        headers.append(("location", answer.location))
    elif answer.show is not None:
        headers.append(("content-type", "text/html; charset=utf-8"))
        if pages.content_security_policy is not None:
            headers.append(("content-security-policy", pages.content_security_policy))
        body = answer.show(pages).encode()
    outgoing = answer.outgoing | Outgoing(answer.cookies)
    return Response(status, tuple(outgoing.merged_text(headers)), body)
