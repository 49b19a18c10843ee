"""Two organizations, their members, roles, and a machine, for the emulator."""

from typing import Any

PASSWORD = "wobbly-teapot-orbits-47"  # noqa: S105  # of made-up people
WEBHOOK_SECRET = "whsec_" + "ZXhhbXBsZSBvZiBhIHNlY3JldCwgb2YgMzIgYnl0ZXM="
ROLES = {"editor": {"invoices": ["create", "update"]}}
MEMBERS = [
    ("ada@acme.example", "acme", ["editor", "stytch_admin"]),
    ("grace@acme.example", "acme", list[str]()),
    ("bob@globex.example", "globex", ["editor"]),
]
SEED: dict[str, Any] = {
    "roles": ROLES,
    "organizations": [
        {
            "organization_name": organization.title(),
            "organization_slug": organization,
            "members": [
                {"email_address": email, "password": PASSWORD, "roles": roles}
                for email, home, roles in MEMBERS
                if home == organization
            ],
        }
        for organization in ("acme", "globex")
    ],
    "m2m_clients": [{"client_id": "bookkeeping", "client_secret": "a-secret-of-the-bookkeeping", "scopes": ["write:invoices"]}],
}
