"""Requests that another site makes a browser send."""

from web.app import TRUSTED
from web.driver import HOST
from web.staging import AUTHENTICATE, JWT, Ask, Asked, Stage, Table, ask, get, made, post, with_token

table = Table()

OWN = ("Origin", f"https://{HOST}")
EVIL = ("Origin", "https://evil.example")


def site(value: str) -> tuple[str, str]:
    """Return the header by which a browser says where a request comes from."""
    return "Sec-Fetch-Site", value


table.granted("same_origin", lambda fake: post("/me", fake.sign_in(), site("same-origin"), OWN))
table.granted("typed_by_the_user", lambda fake: post("/me", fake.sign_in(), site("none")))
table.granted("own_origin", lambda fake: post("/me", fake.sign_in(), OWN))
table.granted("trusted_origin", lambda fake: post("/me", fake.sign_in(), site("cross-site"), ("Origin", TRUSTED)))
table.granted("no_browser", lambda fake: post("/me", fake.sign_in()))
table.granted("cross_site_get", lambda fake: get("/me", fake.sign_in(), site("cross-site"), EVIL))
table.granted(
    "cross_site_bearer", lambda fake: with_token("/me", fake.sign_in().session_jwt, site("cross-site"), EVIL, method="POST")
)
table.refused("cross_site", lambda fake: post("/me", fake.sign_in(), site("cross-site"), EVIL), 403)
table.refused("cross_site_without_origin", lambda fake: post("/me", fake.sign_in(), site("cross-site")), 403)
table.refused(
    "same_site_is_another_tenant",
    lambda fake: post("/me", fake.sign_in(), site("same-site"), ("Origin", "https://b.example.com")),
    403,
)
table.refused("foreign_origin", lambda fake: post("/me", fake.sign_in(), EVIL), 403)
table.refused("null_origin", lambda fake: post("/me", fake.sign_in(), ("Origin", "null")), 403)
table.refused("origin_that_begins_alike", lambda fake: post("/me", fake.sign_in(), ("Origin", f"https://{HOST}.evil.example")), 403)
table.refused("origin_on_another_port", lambda fake: post("/me", fake.sign_in(), ("Origin", f"https://{HOST}:8443")), 403)
table.refused("origin_over_http", lambda fake: post("/me", fake.sign_in(), ("Origin", f"http://{HOST}"), site("cross-site")), 403)
table.refused("rubbish_instead_of_a_site", lambda fake: post("/me", fake.sign_in(), site("same-origin, none"), OWN), 403)
table.refused("put", lambda fake: ask("PUT", "/acme/invoices/7", fake.sign_in("al@example.com", roles=["admin"]), EVIL), 403)
table.refused("delete", lambda fake: ask("DELETE", "/acme/invoices/7", fake.sign_in("al@example.com", roles=["admin"]), EVIL), 403)
table.refused(
    "cross_site_comes_before_renewal",
    lambda fake: post("/me", fake.sign_in().age(minutes=6), site("cross-site"), EVIL),
    403,
    calls=(),
)

# ── Websockets ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

table.granted("websocket", lambda fake: ask("WEBSOCKET", "/acme/live", fake.sign_in(), OWN), 101, json={"organization": "acme"})
table.granted("websocket_without_browser", lambda fake: ask("WEBSOCKET", "/acme/live", fake.sign_in()), 101)
table.granted(
    "websocket_with_bearer", lambda fake: with_token("/acme/live", fake.sign_in().session_jwt, EVIL, method="WEBSOCKET"), 101
)
table.granted(
    "websocket_renews",
    lambda fake: ask("WEBSOCKET", "/acme/live", fake.sign_in().age(minutes=6), OWN),
    101,
    calls=[AUTHENTICATE],
    sets=[JWT],
)


def _websocket_refused(name: str, asked: Asked, status: int) -> None:
    """A server may only be able to close: then the code of the frame says it, or the status is 403."""

    def play(stage: Stage) -> None:
        reply = stage.connect(made(asked, stage))
        assert reply.status in {status, {401: 3000, 403: 3003}[status], 403}
        assert [] == stage.calls

    play.__name__ = name
    table.case(is_websocket=True)(play)


_websocket_refused("websocket_of_nobody", Ask("WEBSOCKET", "/acme/live"), 401)
_websocket_refused("websocket_of_another_site", lambda fake: ask("WEBSOCKET", "/acme/live", fake.sign_in(), EVIL), 403)
_websocket_refused("websocket_of_another_organization", lambda fake: ask("WEBSOCKET", "/globex/live", fake.sign_in(), OWN), 403)
