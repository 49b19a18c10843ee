"""Which credential counts."""

from web.staging import (
    AUTHENTICATE,
    JWT,
    OURS,
    PLAIN_JWT,
    TOKEN,
    Ask,
    Stage,
    Table,
    cookie,
    forged,
    get,
    post,
    with_cookies,
    with_token,
)

table = Table()

table.granted("bearer", lambda fake: with_token("/me", fake.sign_in().session_jwt), json={"organization": "acme"})
table.granted("scheme_in_any_case", lambda fake: get("/me", None, ("Authorization", f"bEARER   {fake.sign_in().session_jwt}")))
table.refused(
    "bearer_alone_counts",
    lambda fake: with_token("/me", forged(fake.sign_in().session_jwt), cookie(fake.sign_in().cookies)),
    401,
)
table.granted("another_scheme_is_ignored", lambda fake: get("/me", fake.sign_in(), ("Authorization", "Basic YWRhOnNlY3JldA==")))
table.refused(
    "another_scheme_is_no_credential", lambda fake: get("/me", None, ("Authorization", f"Token {fake.sign_in().session_jwt}")), 401
)
table.refused("empty_bearer", lambda fake: get("/me", fake.sign_in(), ("Authorization", "Bearer ")), 401)
table.refused(
    "two_bearers_in_one_header",
    lambda fake: get("/me", None, ("Authorization", f"Bearer {fake.sign_in().session_jwt}, Bearer x")),
    400,
)
table.refused(
    "two_authorization_headers",
    lambda fake: get("/me", fake.machine("read:readings"), ("Authorization", f"Bearer {fake.sign_in().session_jwt}")),
    400,
)
table.refused(
    "bearer_after_another_scheme",  # servers join such headers
    lambda fake: get("/me", fake.sign_in(), ("Authorization", f"Basic YWRhOnM=,Bearer {fake.sign_in().session_jwt}")),
    400,
)
table.refused(
    "two_authorization_headers_of_two_schemes",
    lambda fake: get(
        "/me", fake.sign_in(), ("Authorization", "Basic YWRhOnM="), ("Authorization", f"Bearer {forged('a.b.ccccccc')}")
    ),
    400,
)
table.refused("never_the_query", lambda fake: get(f"/me?access_token={fake.sign_in().session_jwt}&session_jwt=x"), 401)
table.refused(
    "two_genuine_sessions",
    lambda fake: Ask("GET", "/me", (("Cookie", f"{JWT}={fake.sign_in().session_jwt}; {JWT}={fake.sign_in().session_jwt}"),)),
    401,
    clears=OURS,
)
table.refused(
    "two_genuine_sessions_in_two_headers",
    lambda fake: Ask(
        "GET", "/me", (cookie({JWT: fake.sign_in().session_jwt}), cookie({JWT: fake.sign_in("bob@example.com").session_jwt}))
    ),
    401,
    clears=OURS,
)
table.refused(
    "two_session_tokens",
    lambda fake: Ask(
        "GET", "/me", (("Cookie", f"{TOKEN}={fake.sign_in().session_token}; {TOKEN}={fake.sign_in().session_token}"),)
    ),
    401,
    clears=OURS,
)
table.refused(
    "token_and_stale_jwt_of_different_sessions",
    lambda fake: with_cookies("/me", {JWT: fake.sign_in().age(minutes=6).session_jwt, TOKEN: fake.sign_in().session_token}),
    401,
    calls=[AUTHENTICATE],
    clears=OURS,
)


@table.case()
def same_cookie_twice_is_one_session(stage: Stage) -> None:
    ada = stage.fake.sign_in()
    older, newer = ada.session_jwt, ada.age(minutes=1).session_jwt
    stage.expect(Ask("GET", "/me", (("Cookie", f"{JWT}={older}; {JWT}={older}"),)), 200)
    stage.expect(Ask("GET", "/me", (("Cookie", f"{JWT}={older}; {JWT}={newer}"),)), 200)
    stage.expect(Ask("GET", "/me", (("Cookie", f"{JWT}=left.from.elsewhere; {JWT}={newer}"),)), 200)


table.granted(
    "odd_cookies_beside_it_do_no_harm",
    lambda fake: Ask("GET", "/me", (("Cookie", f'a; =b; c=[1,2]; d="x; {JWT}={fake.sign_in().session_jwt} ;é=é;;e="y"'),)),
)
table.refused("name_that_only_begins_so", lambda fake: with_cookies("/me", {f"{JWT}_old": fake.sign_in().session_jwt}), 401)
table.refused("name_in_another_case", lambda fake: with_cookies("/me", {JWT.lower(): fake.sign_in().session_jwt}), 401)
table.refused(
    "name_without_prefix",
    lambda fake: with_cookies("/me", {PLAIN_JWT: fake.sign_in().session_jwt}),
    401,
)
table.granted(
    "plain_name_on_this_machine",
    lambda fake: with_cookies("/me", {PLAIN_JWT: fake.sign_in().age(minutes=6).session_jwt}, host="localhost:8000", scheme="http"),
    calls=[AUTHENTICATE],
    sets=[PLAIN_JWT],
)
table.refused(
    "host_that_only_begins_with_localhost",
    lambda fake: with_cookies("/me", {PLAIN_JWT: fake.sign_in().session_jwt}, host="localhost.example.com", scheme="http"),
    401,
)

# ── Machines and connected apps ───────────────────────────────────────────────────────────────────────────────────────────────────

table.granted("machine", lambda fake: post("/readings", fake.machine("write:readings")))
table.granted("machine_for_all_resources", lambda fake: post("/readings", fake.machine("write:*")))
table.refused(
    "machine_without_the_scope",
    lambda fake: post("/readings", fake.machine("read:readings")),
    403,
    www_authenticate='Bearer error="insufficient_scope", scope="write:readings"',
)
table.refused(
    "machine_by_cookie", lambda fake: with_cookies("/readings", {JWT: fake.machine("read:readings").access_token}), 401, clears=()
)
table.granted("either_kind_by_the_machine", lambda fake: get("/readings", fake.machine("read:readings")))
table.granted("either_kind_by_the_member", lambda fake: get("/readings", fake.sign_in()))
table.refused("either_kind_by_neither", lambda fake: get("/readings", fake.connected_app("openid")), 401)
table.granted("connected_app", lambda fake: get("/acme/contacts", fake.connected_app("openid", "read:contacts")))
table.refused(
    "connected_app_without_the_scope",
    lambda fake: get("/acme/contacts", fake.connected_app("openid")),
    403,
    www_authenticate='Bearer error="insufficient_scope", scope="read:contacts"',
)
table.refused(
    "connected_app_of_another_organization",
    lambda fake: get("/globex/contacts", fake.connected_app("read:contacts")),
    403,
)
