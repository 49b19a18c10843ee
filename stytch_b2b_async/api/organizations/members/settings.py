"""Has moved to `stytch_b2b_async.api.organizations.members._params`."""

from stytch_b2b_async._deprecated import Find, moved

__getattr__: Find = moved(__name__, "stytch_b2b_async.api.organizations.members._params", {"MemberSettings": "MemberParams"})
