"""Organizations, roles, permissions, factors and impersonation."""

from web.app import SUBDOMAINS
from web.staging import AUTHENTICATE, JWT, Stage, Table, ask, get, post, with_token

table = Table()

table.granted("organization_by_slug", lambda fake: get("/acme/invoices", fake.sign_in()))
table.refused("another_organization", lambda fake: get("/globex/invoices", fake.sign_in()), 403)
table.refused("another_organization_bearer", lambda fake: with_token("/globex/invoices", fake.sign_in().session_jwt), 403)
table.refused("slug_in_another_case", lambda fake: get("/ACME/invoices", fake.sign_in()), 403)
table.refused("slug_with_an_encoded_slash", lambda fake: get("/acme%2e/invoices", fake.sign_in()), 403)


@table.case()
def organization_by_id(stage: Stage) -> None:
    ada = stage.fake.sign_in()
    stage.expect(get(f"/{ada.organization.organization_id}/invoices", ada), 200)
    bob = stage.fake.sign_in("bob@globex.example", organization="globex")
    stage.refuse(get(f"/{ada.organization.organization_id}/invoices", bob), 403)


@table.case()
def organization_is_compared_after_the_renewal(stage: Stage) -> None:
    """A renewed cookie is not lost with the refusal."""
    ada = stage.fake.sign_in().age(minutes=6)
    reply = stage.send(get("/globex/invoices", ada))
    assert (403, [AUTHENTICATE], {JWT}) == (reply.status, stage.calls, set(reply.cookies))
    assert "no-store" == reply.header("cache-control")


table.granted("subdomain", lambda fake: get("/me", fake.sign_in(), host="acme.example.com"), setup=SUBDOMAINS)
table.granted(
    "subdomain_with_a_port", lambda fake: get("/x/invoices", fake.sign_in(), host="acme.example.com:8443"), setup=SUBDOMAINS
)
table.granted("subdomain_in_upper_case", lambda fake: get("/x/invoices", fake.sign_in(), host="ACME.Example.COM"), setup=SUBDOMAINS)


def _elsewhere(host: str) -> None:
    table.refused(f"other_host_{host}", lambda fake: get("/x/invoices", fake.sign_in(), host=host), 403, setup=SUBDOMAINS)


for _host in (
    "globex.example.com",
    "example.com",
    "acme.example.com.evil.net",
    "acme.examplexcom",
    "x.acme.example.com",
    "acme-example.com",
    "acme.evil.com",
):
    _elsewhere(_host)
table.refused(
    "forwarded_host_is_no_host",
    lambda fake: get("/x/invoices", fake.sign_in(), ("X-Forwarded-Host", "acme.example.com"), host="globex.example.com"),
    403,
    setup=SUBDOMAINS,
)

table.granted("permission_by_role", lambda fake: ask("PUT", "/acme/invoices/7", fake.sign_in("ed@example.com", roles=["editor"])))
table.granted(
    "permission_by_wildcard", lambda fake: ask("PUT", "/acme/invoices/7", fake.sign_in("al@example.com", roles=["admin"]))
)
table.refused(
    "permission_missing", lambda fake: ask("PUT", "/acme/invoices/7", fake.sign_in("rea@example.com", roles=["reader"])), 403
)
table.granted("role", lambda fake: ask("DELETE", "/acme/invoices/7", fake.sign_in("al@example.com", roles=["admin"])))
table.refused("role_missing", lambda fake: ask("DELETE", "/acme/invoices/7", fake.sign_in("ed@example.com", roles=["editor"])), 403)
table.granted(
    "impersonated_where_that_is_allowed", lambda fake: get("/acme/invoices", fake.sign_in(impersonator="support@example.org"))
)
table.refused("impersonated", lambda fake: get("/acme/audit", fake.sign_in(impersonator="support@example.org")), 403)
table.granted("recent_factor", lambda fake: post("/acme/transfers", fake.sign_in().age(minutes=4)))


@table.case()
def old_factor(stage: Stage) -> None:
    """The session goes on, with a challenge to authenticate again (RFC 9470)."""
    ada = stage.fake.sign_in().age(minutes=6)
    reply = stage.send(post("/acme/transfers", ada))
    assert (401, [AUTHENTICATE], {JWT}) == (reply.status, stage.calls, set(reply.cookies))
    assert 'Bearer error="insufficient_user_authentication", max_age="300"' == reply.header("www-authenticate")
