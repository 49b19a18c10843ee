"""Has moved to `stytch_b2b_async.api._shared.organization_params`."""

from stytch_b2b_async._deprecated import Find, moved

__getattr__: Find = moved(
    __name__,
    "stytch_b2b_async.api._shared.organization_params",
    {
        "OfOrganization": "OrganizationPath",
        "OfMember": "MemberPath",
        "InPages": "PageParams",
        "OrganizationSettings": "OrganizationParams",
    },
)
