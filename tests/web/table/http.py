"""Login pages, edges of HTTP, and webhooks."""

import json

from web.app import PAGES, WEBHOOK_SECRET
from web.staging import AUTHENTICATE, JWT, OURS, Ask, Stage, Table, ask, get, post, revoked, with_cookies

from stytch_b2b_async.webhooks import Webhooks

table = Table()

NAVIGATION = (("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Site", "none"), ("Accept", "text/html"))
SCRIPT = (("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty"), ("Accept", "*/*"))

table.granted(
    "navigation_is_sent_to_the_login_page",
    get("/me?tab=1", None, *NAVIGATION),
    303,
    setup=PAGES,
    headers={"location": "/auth/login?next=/me%3Ftab%3D1", "cache-control": "no-store"},
)
table.granted(
    "navigation_with_a_dead_session_is_sent_to_the_login_page",
    lambda fake: get("/me", revoked(fake.sign_in().age(minutes=6)), *NAVIGATION),
    303,
    setup=PAGES,
    calls=[AUTHENTICATE],
    clears=OURS,
)
table.granted("old_browser_is_sent_to_the_login_page", get("/me", None, ("Accept", "text/html,*/*")), 303, setup=PAGES)
table.refused("script_gets_a_401", get("/me", None, *SCRIPT), 401, setup=PAGES)
table.refused("program_gets_a_401", get("/me"), 401, setup=PAGES)
table.refused(
    "frame_gets_a_401",
    get("/me", None, ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe")),
    401,
    setup=PAGES,
)
table.refused("post_gets_a_401", post("/me", None, *NAVIGATION), 401, setup=PAGES)
table.refused(
    "other_organization_is_no_reason_to_log_in", lambda fake: get("/globex/invoices", fake.sign_in(), *NAVIGATION), 403, setup=PAGES
)
table.refused("without_a_login_page_a_navigation_gets_a_401", get("/me", None, *NAVIGATION), 401)

table.refused("five_hundred_cookies", with_cookies("/me", {f"c{number}": "v" for number in range(500)}), 401)
table.refused(
    "many_values_of_our_cookie",
    Ask("GET", "/me", (("Cookie", "; ".join(f"{JWT}=a.b.{number}" for number in range(500))),)),
    400,
)
# by the core, unless the framework has refused such a host itself
table.granted("host_with_a_space", lambda fake: get("/me", fake.sign_in(), host="app.example.com evil"), 400)
table.granted("host_that_is_a_url", lambda fake: get("/me", fake.sign_in(), host="https://app.example.com/x?y#z"), 400)
table.granted(
    "forwarded_headers_change_nothing",
    lambda fake: post("/me", fake.sign_in(), ("X-Forwarded-Host", "evil.example"), ("Origin", "https://app.example.com")),
)


@table.case()
def huge_headers(stage: Stage) -> None:
    """The server may be the one that refuses them."""
    ada = stage.fake.sign_in()
    reply = stage.send(get("/me", ada, *[(f"X-Filler-{number}", "x" * 4_000) for number in range(40)]))
    assert 400 <= reply.status < 500
    assert [] == stage.calls


@table.case()
def options_are_not_the_handler_s(stage: Stage) -> None:
    reply = stage.send(ask("OPTIONS", "/me"))
    assert reply.status in {200, 204, 405}
    assert b"member" not in reply.body
    assert [] == stage.calls


# ── Webhooks ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _event(number: int) -> bytes:
    return json.dumps({"event_id": f"event-{number}", "action": "CREATE", "object_type": "member", "id": "member-1"}).encode()


def _hook(body: bytes, signed: bytes | None = None, **more: str) -> Ask:
    headers = {**Webhooks(WEBHOOK_SECRET).sign(body if signed is None else signed), **more}
    return Ask("POST", "/hooks", tuple(headers.items()), body)


@table.case()
def webhook(stage: Stage) -> None:
    reply = stage.send(_hook(_event(1)))
    assert 204 == reply.status
    assert "event-1" in [event.event_id for event in stage.setup.events]


@table.case()
def webhook_that_is_replayed(stage: Stage) -> None:
    asked, before = _hook(_event(5)), len(stage.setup.events)
    for _ in range(3):
        assert 204 == stage.send(asked).status
    assert ["event-5"] == [event.event_id for event in stage.setup.events[before:]]


@table.case()
def webhook_with_another_body(stage: Stage) -> None:
    stage.refuse(_hook(_event(2), _event(3)), 400)
    assert "event-2" not in [event.event_id for event in stage.setup.events]


@table.case()
def webhook_that_is_not_signed(stage: Stage) -> None:
    stage.refuse(Ask("POST", "/hooks", (), _event(4)), 400)


@table.case()
def webhook_that_is_too_large(stage: Stage) -> None:
    stage.refuse(Ask("POST", "/hooks", (), b"x" * ((1 << 20) + 1)), 413)


@table.case()
def webhook_by_get(stage: Stage) -> None:
    assert stage.send(get("/hooks")).status in {404, 405}
