"""Sessions and their renewal."""

from web.app import BY_STYTCH, EXTENDING, SHARED
from web.staging import (
    AUTHENTICATE,
    JWT,
    OURS,
    PLAIN_JWT,
    PLAIN_TOKEN,
    TOKEN,
    Stage,
    Table,
    ask,
    foreign_jwt,
    get,
    listed,
    with_cookies,
    with_token,
)

table = Table()

table.granted("fresh_jwt", lambda fake: get("/me", fake.sign_in()), json={"organization": "acme"}, headers={"cache-control": None})
table.granted("no_rule", get("/health"), headers={"vary": None})
table.granted("public_rule", get("/about", None, ("Authorization", "Bearer rubbish")))
table.granted("jwt_cookie_alone", lambda fake: with_cookies("/me", {JWT: fake.sign_in().session_jwt}))
table.granted("optional_without_session", get("/welcome"), json={})
table.granted("optional_with_session", lambda fake: get("/welcome", fake.sign_in()), json={"organization": "acme"})
table.granted("stale_jwt_is_renewed", lambda fake: get("/me", fake.sign_in().age(minutes=6)), calls=[AUTHENTICATE], sets=[JWT])
table.granted(
    "stale_jwt_cookie_alone_is_renewed",
    lambda fake: with_cookies("/me", {JWT: fake.sign_in().age(minutes=6).session_jwt}),
    calls=[AUTHENTICATE],
    sets=[JWT],
)
table.granted(
    "session_token_alone_is_renewed",
    lambda fake: with_cookies("/me", {TOKEN: fake.sign_in().session_token}),
    calls=[AUTHENTICATE],
    sets=[JWT],
)
table.granted(
    "older_than_max_age_is_renewed",
    lambda fake: get("/acme/balance", fake.sign_in().age(minutes=2)),
    calls=[AUTHENTICATE],
    sets=[JWT],
)
table.granted("younger_than_max_age", lambda fake: get("/acme/balance", fake.sign_in().age(seconds=20)))
table.granted(
    "renewed_on_a_redirect", lambda fake: get("/redirect", fake.sign_in().age(minutes=6)), 303, calls=[AUTHENTICATE], sets=[JWT]
)
table.granted("renewed_on_a_stream", lambda fake: get("/stream", fake.sign_in().age(minutes=6)), calls=[AUTHENTICATE], sets=[JWT])
table.granted(
    "renewed_on_the_framework_s_404",
    lambda fake: get("/missing", fake.sign_in().age(minutes=6)),
    404,
    calls=[AUTHENTICATE],
    sets=[JWT],
)
table.granted(
    "renewed_on_an_unexpected_error",
    lambda fake: get("/broken", fake.sign_in().age(minutes=6)),
    500,
    calls=[AUTHENTICATE],
    sets=[JWT],
)
table.granted(
    "renewed_with_head", lambda fake: ask("HEAD", "/stream", fake.sign_in().age(minutes=6)), calls=[AUTHENTICATE], sets=[JWT]
)
table.granted("stale_bearer_jwt", lambda fake: with_token("/me", fake.sign_in().age(minutes=6).session_jwt), calls=[AUTHENTICATE])


@table.case()
def cached_page_is_not_stored_when_a_cookie_leaves(stage: Stage) -> None:
    """A stored `Set-Cookie` would be handed to the next visitor."""
    ada = stage.fake.sign_in()
    cached = {"cache-control": "public, max-age=600", "cdn-cache-control": "max-age=600"}
    fresh = stage.expect(get("/cached", ada), 200, headers=cached)
    assert {"accept", "cookie", "authorization"} == listed(fresh.header("vary"))
    kept = {"cache-control": "no-store", "cdn-cache-control": None}
    renewed = stage.expect(get("/cached", ada.age(minutes=6)), 200, calls=[AUTHENTICATE], sets=[JWT], headers=kept)
    assert {"accept", "cookie", "authorization"} == listed(renewed.header("vary"))


@table.case()
def own_cookies_of_the_application_leave_too(stage: Stage) -> None:
    reply = stage.expect(get("/themed", stage.fake.sign_in().age(minutes=6)), 200, calls=[AUTHENTICATE], sets=[JWT])
    assert "dark" == reply.cookies["theme"].value


@table.case()
def old_jwt_stands_for_its_successor(stage: Stage) -> None:
    """The response with the new JWT may never reach the browser: a call is not made for each request that still has the old one."""
    ada = stage.fake.sign_in().age(minutes=6)
    first = stage.expect(get("/me", ada), 200, calls=[AUTHENTICATE], sets=[JWT])
    again = stage.expect(get("/me", ada), 200, sets=[JWT])
    assert first.cookies[JWT].value == again.cookies[JWT].value
    stage.expect(with_cookies("/me", {JWT: first.cookies[JWT].value}), 200)


@table.case()
def session_token_alone_stands_for_its_jwt(stage: Stage) -> None:
    ada = stage.fake.sign_in()
    stage.expect(with_cookies("/me", {TOKEN: ada.session_token}), 200, calls=[AUTHENTICATE], sets=[JWT])
    stage.expect(with_cookies("/me", {TOKEN: ada.session_token}), 200, sets=[JWT])


@table.case()
def cookie_lives_as_long_as_the_session(stage: Stage) -> None:
    ada = stage.fake.sign_in(session_duration_minutes=30).age(minutes=6)
    reply = stage.expect(get("/me", ada), 200, calls=[AUTHENTICATE], sets=[JWT])
    assert 23 * 60 < reply.cookies[JWT].max_age <= 24 * 60


@table.case()
def cookie_lives_400_days_at_most(stage: Stage) -> None:
    ada = stage.fake.sign_in(session_duration_minutes=527_040).age(minutes=6)
    reply = stage.expect(get("/me", ada), 200, calls=[AUTHENTICATE], sets=[JWT])
    assert reply.cookies[JWT].max_age <= 400 * 86_400


@table.case()
def long_jwt_is_left_out(stage: Stage) -> None:
    """A browser drops a cookie over 4096 bytes without a word: the session is then found by its token."""
    ada = stage.fake.sign_in(session_custom_claims={"notes": "n" * 3_600}).age(minutes=6)
    stage.expect(get("/me", ada), 200, calls=[AUTHENTICATE], clears=[JWT])
    stage.expect(with_cookies("/me", {TOKEN: ada.session_token}), 200)


@table.case(EXTENDING)
def extended_session_renews_both_cookies(stage: Stage) -> None:
    ada = stage.fake.sign_in(session_duration_minutes=30).age(minutes=6)
    reply = stage.expect(get("/me", ada), 200, calls=[AUTHENTICATE], sets=OURS)
    assert {True} == {118 * 60 < cookie.max_age <= 120 * 60 for cookie in reply.cookies.values()}
    assert ada.session_token == reply.cookies[TOKEN].value


@table.case(EXTENDING)
def impersonated_session_is_renewed_though_it_cannot_be_extended(stage: Stage) -> None:
    ada = stage.fake.sign_in(impersonator="support@example.org").age(minutes=6)
    stage.expect(get("/me", ada), 200, calls=[AUTHENTICATE, AUTHENTICATE], sets=OURS)


@table.case(SHARED)
def frontend_s_cookies_are_never_written(stage: Stage) -> None:
    ada = stage.fake.sign_in().age(minutes=6)
    pairs = {PLAIN_TOKEN: ada.session_token, PLAIN_JWT: ada.session_jwt}
    stage.expect(with_cookies("/me", pairs), 200, calls=[AUTHENTICATE])
    stage.expect(with_cookies("/me", pairs), 200)
    ada.revoke()
    stage.refuse(with_cookies("/acme/balance", {PLAIN_JWT: "a.b.c"}), 401)


@table.case(BY_STYTCH)
def stytch_s_cookies_are_written_as_stytch_does(stage: Stage) -> None:
    ada = stage.fake.sign_in().age(minutes=6)
    reply = stage.expect(get("/me", ada), 200, calls=[AUTHENTICATE], sets=[PLAIN_JWT])
    assert {"domain=example.com", "secure"} <= reply.cookies[PLAIN_JWT].attributes


@table.case(BY_STYTCH)
def foreign_cookie_of_a_neighbour_is_kept(stage: Stage) -> None:
    """Another project's application on a sibling subdomain may have set it: clearing it would log people out there."""
    stage.refuse(with_cookies("/me", {PLAIN_JWT: foreign_jwt()}), 401)
    ada = stage.fake.sign_in().age(minutes=6)
    ada.revoke()
    stage.refuse(get("/me", ada), 401, calls=[AUTHENTICATE], clears=[PLAIN_TOKEN, PLAIN_JWT])
