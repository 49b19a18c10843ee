"""The views: every one but `health` has a rule."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View
from django.views.decorators.http import require_POST

from stytch_b2b_async.integrations.django import RequireMixin, require, session
from stytch_b2b_async.web import member

from .notes import Notes

MAX_NOTE = 200

notes = Notes()


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@require(member(organization=None))
def home(request: HttpRequest) -> HttpResponse:
    return redirect("notes", session(request).organization_slug)


class NotesView(RequireMixin, View):
    """The notes of the organization in the path, for its members."""

    rule = member()

    def get(self, request: HttpRequest, org: str) -> HttpResponse:
        me = session(request)
        return render(request, "notes.html", {"me": me, "notes": notes.of(me.organization_id)})

    def post(self, request: HttpRequest, org: str) -> HttpResponse:
        text = request.POST.get("text", "").strip()
        if not 0 < len(text) <= MAX_NOTE:
            return HttpResponse(f"A note has 1 to {MAX_NOTE} characters.", status=422)
        notes.add(session(request).organization_id, text)
        return redirect("notes", org)


@require_POST
@require(member(permission=("notes", "delete")))  # what roles may do is the project's policy
def remove(request: HttpRequest, org: str, number: int) -> HttpResponse:
    notes.remove(session(request).organization_id, number)
    return redirect("notes", org)


def explain(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Show a page to browsers that may not do something: a middleware."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_problem = response.headers.get("Content-Type") == "application/problem+json"
        if response.status_code == 403 and is_problem and "text/html" in request.headers.get("Accept", ""):
            return render(request, "refused.html", status=403)
        return response

    return answer
