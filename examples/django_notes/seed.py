"""Two organizations, their members and a role, for the emulator."""

from typing import Any

PASSWORD = "wobbly-teapot-orbits-47"  # noqa: S105  # of made-up people
ROLES = {"keeper": {"notes": ["delete"]}}
MEMBERS = [
    ("ada@acme.example", "acme", ["keeper"]),
    ("grace@acme.example", "acme", list[str]()),
    ("bob@globex.example", "globex", ["keeper"]),
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
}
