"""Credentials that are not genuine, sessions that have ended, and what they cost."""

from web.staging import (
    AUTHENTICATE,
    JWT,
    OURS,
    TOKEN,
    Stage,
    Table,
    foreign_jwt,
    forged,
    get,
    revoked,
    with_cookies,
    with_token,
)

table = Table()

BEARER = "Bearer"
INVALID = 'Bearer error="invalid_token"'

table.refused("nobody", get("/me"), 401, www_authenticate=BEARER)
table.refused(
    "forged_cookie",
    lambda fake: with_cookies("/me", {JWT: forged(fake.sign_in().session_jwt)}),
    401,
    clears=OURS,
    www_authenticate=INVALID,
)
table.refused("forged_bearer", lambda fake: with_token("/me", forged(fake.sign_in().session_jwt)), 401, www_authenticate=INVALID)
table.refused(
    "forged_and_stale_is_not_asked_about",
    lambda fake: with_cookies("/me", {JWT: forged(fake.sign_in().age(minutes=6).session_jwt)}),
    401,
    clears=OURS,
)
table.refused(
    "forged_jwt_beside_a_session_token_is_not_asked_about",
    lambda fake: with_cookies("/me", {JWT: forged(fake.sign_in().session_jwt), TOKEN: fake.sign_in().session_token}),
    401,
    clears=OURS,
)
table.refused("foreign_project", with_cookies("/me", {JWT: foreign_jwt()}), 401, clears=OURS)
table.refused("foreign_project_bearer", with_token("/me", foreign_jwt()), 401)
table.refused("no_jwt_at_all", with_cookies("/me", {JWT: "rubbish"}), 401, clears=OURS)
table.refused("three_empty_parts", with_cookies("/me", {JWT: ".."}), 401, clears=OURS)
table.refused("quoted", lambda fake: with_cookies("/me", {JWT: f'"{fake.sign_in().session_jwt}"'}), 401, clears=OURS)
table.refused(
    "percent_encoded", lambda fake: with_cookies("/me", {JWT: fake.sign_in().session_jwt.replace(".", "%2E")}), 401, clears=OURS
)
table.refused("not_ascii", with_cookies("/me", {JWT: "é.é.é"}), 401, clears=OURS)
table.refused("unsigned", with_token("/me", "eyJhbGciOiJub25lIn0.e30."), 401)
table.refused(
    "session_jwt_where_a_machine_is_wanted", lambda fake: with_token("/readings", fake.sign_in().session_jwt, method="POST"), 401
)
table.refused("machine_where_a_member_is_wanted", lambda fake: get("/me", fake.machine("read:readings")), 401)
table.refused("connected_app_where_a_member_is_wanted", lambda fake: get("/me", fake.connected_app("openid")), 401)
table.refused("expired_machine_token", lambda fake: get("/readings", fake.machine("read:readings").age(hours=2)), 401)
table.refused("session_token_that_is_none", with_cookies("/me", {TOKEN: "short"}), 401, clears=OURS)
table.refused("unknown_session_token", with_cookies("/me", {TOKEN: "x" * 44}), 401, calls=[AUTHENTICATE], clears=OURS)
table.refused(
    "revoked_and_stale", lambda fake: get("/me", revoked(fake.sign_in().age(minutes=6))), 401, calls=[AUTHENTICATE], clears=OURS
)
table.refused(
    "revoked_and_stale_bearer",
    lambda fake: with_token("/me", revoked(fake.sign_in().age(minutes=6)).session_jwt),
    401,
    calls=[AUTHENTICATE],
)
table.refused(
    "expired_session",
    lambda fake: get("/me", fake.sign_in(session_duration_minutes=30).age(minutes=31)),
    401,
    calls=[AUTHENTICATE],
    clears=OURS,
)
table.granted("revoked_and_fresh_is_not_known_yet", lambda fake: get("/me", revoked(fake.sign_in())))
table.refused(
    "revoked_is_known_within_max_age",
    lambda fake: get("/acme/balance", revoked(fake.sign_in().age(minutes=2))),
    401,
    calls=[AUTHENTICATE],
    clears=OURS,
)
table.granted(
    "optional_with_a_dead_session",
    lambda fake: get("/welcome", revoked(fake.sign_in().age(minutes=6))),
    calls=[AUTHENTICATE],
    clears=OURS,
    json={},
)
table.refused("optional_with_a_forged_bearer", lambda fake: with_token("/welcome", forged(fake.sign_in().session_jwt)), 401)


@table.case()
def refused_credential_is_not_asked_about_again(stage: Stage) -> None:
    """Junk that an application forwards can throttle its whole project."""
    ada = revoked(stage.fake.sign_in().age(minutes=6))
    stage.refuse(get("/me", ada), 401, calls=[AUTHENTICATE], clears=OURS)
    stage.refuse(get("/me", ada), 401, clears=OURS)


@table.case()
def session_that_was_found_ended_ends_for_its_fresh_jwts_too(stage: Stage) -> None:
    ada = stage.fake.sign_in()
    fresh = ada.session_jwt
    stage.expect(with_cookies("/me", {JWT: fresh}), 200)
    stage.refuse(get("/me", revoked(ada.age(minutes=6))), 401, calls=[AUTHENTICATE], clears=OURS)
    stage.refuse(with_cookies("/me", {JWT: fresh}), 401, clears=OURS)
    stage.refuse(with_token("/me", fresh), 401)


@table.case()
def outage_logs_nobody_out(stage: Stage) -> None:
    ada = stage.fake.sign_in().age(minutes=6)
    with stage.fake.down():
        reply = stage.refuse(get("/me", ada), 503, calls=[AUTHENTICATE])
        assert 1 <= int(reply.header("retry-after") or 0)
        stage.refuse(get("/welcome", ada), 503, calls=[AUTHENTICATE])
        stage.expect(get("/me", stage.fake.sign_in()), 200)
    stage.expect(get("/me", ada), 200, calls=[AUTHENTICATE], sets=[JWT])


@table.case()
def too_many_calls_log_nobody_out(stage: Stage) -> None:
    ada = stage.fake.sign_in().age(minutes=6)
    with stage.fake.down(status=429):
        reply = stage.refuse(get("/me", ada), 503, calls=[AUTHENTICATE])
        assert reply.header("retry-after")
    with stage.fake.down(status=500):
        stage.refuse(get("/me", ada), 503, calls=[AUTHENTICATE])


@table.case()
def refused_credentials_of_the_project_log_nobody_out(stage: Stage) -> None:
    ada = stage.fake.sign_in().age(minutes=6)
    with stage.fake.down(status=401):
        stage.refuse(get("/me", ada), 500, calls=[AUTHENTICATE])
